import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { description, packingExitCodes } from "../help.ts";
import { type StraightFlags, straightFlags } from "../flags/sending.ts";
import { datasetArgument, type DisplayFlags, displayFlags } from "../flags/common.ts";
import {
  type FrameFlags,
  frameFlags,
  type LabelFlags,
  labelFlags,
  type SourceFlags,
  sourceFlags,
  type VideoFlags,
  videoFlags,
} from "../flags/input.ts";
import { type MediaFlags, mediaFlags, outputFlag, type RunFlags, runFlags } from "../flags/output.ts";
import { BRIEFS } from "../overview.ts";

type Flags =
  & SourceFlags
  & VideoFlags
  & RunFlags
  & MediaFlags
  & FrameFlags
  & LabelFlags
  & StraightFlags
  & DisplayFlags;

/** `run`: bundle, annotations and manifest in one step. */
export const run = buildCommand<Flags, [string?], Context>({
  docs: {
    brief: BRIEFS.run,
    fullDescription: description(
      "Packs a dataset into two files and a manifest: every image byte for byte in a media bundle, all labels in " +
        "one COCO file. Without a DATASET, raw_images and raw_labels are packed, or else the sample that comes along.",
      "run",
      [
        ["photos --output packed", "pack the folder photos, with whatever labels are in it, into packed"],
        [
          "--images jpg --labels xml --format voc --media tar",
          "images and labels in two folders, into a tar",
        ],
        [
          "photos --media tar --layout webdataset",
          "a tar that WebDataset reads as a shard, each image followed by its labels",
        ],
        ["photos --pattern 'train/**' --dry-run", "tell what a part of the dataset would become"],
        [
          "photos --codec h264 --min-psnr 35 --output small",
          "a video with some loss, refused if any frame loses too much",
        ],
        ["photos --output s3://my-bucket/photos", "send it to a store while it is packed, with no copy here"],
        ["drive.mp4 --every 10 --output drive", "pack every tenth frame of a video"],
      ],
      packingExitCodes,
    ),
  },
  parameters: {
    flags: {
      ...sourceFlags,
      ...videoFlags,
      ...runFlags,
      output: {
        ...outputFlag,
        brief: "Folder of the set (default: output), the file to write, or a place in a store, as " +
          "s3://bucket/prefix or az://account/container/prefix",
      },
      ...mediaFlags,
      ...frameFlags,
      ...labelFlags,
      ...straightFlags,
      ...displayFlags,
    },
    positional: datasetArgument,
  },
  async func(flags, dataset) {
    const { packCommand } = await import("../pack.ts");
    await packCommand(this, "run", flags, dataset);
  },
});
