import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import type { ConvertFlags } from "../convert.ts";
import { description } from "../help.ts";
import { allowLossFlag, displayFlags, storeFlags } from "../flags/common.ts";
import { targetName } from "../flags/format_names.ts";
import { frameFlags, labelFlags, sourceFlags } from "../flags/input.ts";
import { runFlags } from "../flags/output.ts";
import { atFlags } from "../flags/set.ts";
import { path, place } from "../flags/values.ts";
import { BRIEFS } from "../overview.ts";

const { classMap, classes, dropClass, keepIgnore, skipMissingImages, task, vocOffset } = labelFlags;
const { labels, format, pattern, noAutoGeneratePlaceholders } = sourceFlags;
const { workers, maxRejects } = runFlags;

/** `convert`: labels into another format. */
export const convert = buildCommand<ConvertFlags, [string], Context>({
  docs: {
    brief: BRIEFS.convert,
    fullDescription: description(
      "Writes the labels of a dataset in any known format, or of a set that `run` wrote, in another format. What that " +
        "format cannot hold is counted first: the command then stops, unless --allow-loss is given.",
      "convert",
      [
        ["photos --to yolo --output converted", "labels alone, in the layout of Ultralytics YOLO"],
        ["photos --to voc --output converted --images copy", "with the images where VOC wants them"],
        ["packed --to yolo-segment --output converted --images copy", "from a set, images and labels"],
        ["s3://my-bucket/birds --to coco --output labels", "labels of a set in a store"],
        ["photos --to voc --dry-run", "tell what would be lost; write nothing"],
      ],
      [
        "0    everything was converted",
        "1    failed; nothing was written",
        "2    the command line is wrong, labels would be lost, or something is there already",
        "3    converted, but some inputs were left out: rejects.jsonl lists them",
        "4    an image of the set is damaged; nothing was written",
        "130  interrupted; nothing was written",
      ],
    ),
  },
  parameters: {
    flags: {
      to: {
        kind: "parsed",
        parse: targetName,
        placeholder: "NAME",
        brief: "Format to write, as yolo, voc or coco; docs/formats.md names all",
      },
      output: {
        kind: "parsed",
        parse: path,
        optional: true,
        placeholder: "DIR",
        brief: "Folder to write into (default: output)",
      },
      images: {
        kind: "enum",
        values: ["copy", "link", "none"],
        optional: true,
        brief:
          "Put the images into the layout, too: as copies, or as hard links, which take no space (default: none)",
      },
      allowLoss: allowLossFlag,
      overwrite: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Write into a folder that is not empty, and replace the files in the way",
      },
      dryRun: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Tell what would be lost; write nothing",
      },
      labels,
      format,
      pattern,
      noAutoGeneratePlaceholders,
      ...frameFlags,
      skipMissingImages,
      vocOffset,
      classMap,
      classes,
      dropClass,
      keepIgnore,
      task,
      workers,
      maxRejects,
      ...atFlags,
      ...storeFlags,
      ...displayFlags,
    },
    positional: {
      kind: "tuple",
      parameters: [
        {
          parse: place,
          placeholder: "IN",
          brief:
            "Folder with images and labels in any known layout, or of a set; or the place of a set in a store",
        },
      ],
    },
  },
  async func(flags, dataset) {
    const { convertCommand } = await import("../convert.ts");
    await convertCommand(this, flags, dataset);
  },
});
