import { buildCommand } from "@stricli/core";
import { STILL_FORMATS } from "../../image/still_format.ts";
import type { Context } from "../context.ts";
import type { ExtractFlags } from "../extract.ts";
import { description } from "../help.ts";
import { allowLossFlag, displayFlags, ffmpegFlag, storeFlags } from "../flags/common.ts";
import { labelsTarget } from "../flags/format_names.ts";
import { atFlags, selectionFlags } from "../flags/set.ts";
import { path, place } from "../flags/values.ts";
import { BRIEFS } from "../overview.ts";

/** `extract`: restores the images. */
export const extract = buildCommand<ExtractFlags, [string, string], Context>({
  docs: {
    brief: BRIEFS.extract,
    fullDescription: description(
      "Restores every image of a set, byte for byte, under its name below DIR, and checks each against its CRC-32; with " +
        "--frames, --name or --split only those that fit all of them. Frames of a compressed video are decoded. " +
        "A set whose names lead out of DIR is refused. With --labels-as the images go where a label format wants them, and " +
        "the labels are written beside them.",
      "extract",
      [
        ["packed restored", "restore the images of packed into the folder restored"],
        ["packed restored --overwrite", "replace files that are there already"],
        ["packed some --frames 0,10..20", "only frame 0 and frames 10 to 20"],
        [
          'packed cats --name "cats/**" --split val --labels-as coco',
          "images and labels of a part of the set",
        ],
        ["s3://my-bucket/birds some --frames 7", "one image of a set in a store; no more is read"],
        ["packed before --at 3", "the images of generation 3, as history shows it"],
        ["packed restored --labels-as yolo", "images and labels in the layout of Ultralytics YOLO"],
        [
          "packed restored --labels-as original",
          "the label files as they were, if --keep-labels packed them",
        ],
      ],
      [
        "0    every image, or every chosen one, was restored",
        "1    failed",
        "2    the command line is wrong, no frame fits it, or --labels-as cannot hold all labels",
        "4    an image is damaged; verify tells all of them",
        "130  interrupted; files restored so far stay",
      ],
    ),
  },
  parameters: {
    flags: {
      ...selectionFlags,
      ...atFlags,
      format: {
        kind: "enum",
        values: STILL_FORMATS,
        optional: true,
        brief:
          "Decode the images, upright, by ffmpeg, and write them so, with this extension (default: the original files; of a compressed video: png)",
      },
      ffmpeg: ffmpegFlag,
      overwrite: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Replace files that are there already",
      },
      labelsAs: {
        kind: "parsed",
        parse: labelsTarget,
        optional: true,
        placeholder: "NAME",
        brief:
          "Write the labels, too, in a format and its layout, as yolo or voc (docs/formats.md names all); original: the label files themselves, which --keep-labels packed",
      },
      allowLoss: allowLossFlag,
      ...storeFlags,
      ...displayFlags,
    },
    positional: {
      kind: "tuple",
      parameters: [
        { parse: place, placeholder: "OUT", brief: "Folder of the set, or its place in a store" },
        { parse: path, placeholder: "DIR", brief: "Folder to restore into; made if it is not there" },
      ],
    },
  },
  async func(flags, set, dir) {
    const { extractCommand } = await import("../extract.ts");
    await extractCommand(this, flags, set, dir);
  },
});
