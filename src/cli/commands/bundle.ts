import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { description, packingExitCodes } from "../help.ts";
import { datasetArgument, type DisplayFlags, displayFlags } from "../flags/common.ts";
import {
  type FrameFlags,
  frameFlags,
  type SourceFlags,
  sourceFlags,
  type VideoFlags,
  videoFlags,
} from "../flags/input.ts";
import { type MediaFlags, mediaFlags, type RunFlags, runFlags } from "../flags/output.ts";
import { path } from "../flags/values.ts";
import { BRIEFS } from "../overview.ts";

type Flags = SourceFlags & VideoFlags & RunFlags & MediaFlags & FrameFlags & DisplayFlags & {
  readonly input?: string;
};

/** `bundle`: images only. */
export const bundle = buildCommand<Flags, [string?], Context>({
  docs: {
    brief: BRIEFS.bundle,
    fullDescription: description(
      "Packs the images of a dataset, each byte for byte, and writes the manifest of their order. `annotate` adds the " +
        "labels later; both together write what `run` writes.",
      "bundle",
      [
        ["photos --output packed", "write media_bundle.zip and frame_manifest.json into the folder packed"],
        [
          "--input jpg --output packed/images.tar",
          "choose the name of the bundle; its ending makes it a tar",
        ],
      ],
      packingExitCodes,
    ),
  },
  parameters: {
    flags: {
      ...sourceFlags,
      input: {
        kind: "parsed",
        parse: path,
        optional: true,
        placeholder: "DIR",
        brief: "The same as --images",
      },
      ...videoFlags,
      ...runFlags,
      ...mediaFlags,
      ...frameFlags,
      ...displayFlags,
    },
    positional: datasetArgument,
  },
  async func(flags, dataset) {
    const { packCommand } = await import("../pack.ts");
    await packCommand(this, "bundle", flags, dataset);
  },
});
