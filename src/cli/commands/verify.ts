import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { description } from "../help.ts";
import { displayFlags, ffmpegFlag, storeFlags, workersFlag } from "../flags/common.ts";
import { atFlags } from "../flags/set.ts";
import { place } from "../flags/values.ts";
import type { VerifyFlags } from "../verify.ts";
import { BRIEFS } from "../overview.ts";

/** `verify`: proves a set. */
export const verify = buildCommand<VerifyFlags, [string], Context>({
  docs: {
    brief: BRIEFS.verify,
    fullDescription: description(
      "Proves that a set is what was packed: the CRC-32 of every image, every byte between them, every reference " +
        "between the three files in both directions, every record of the annotations.",
      "verify",
      [
        ["packed", "find one flipped bit anywhere in the three files"],
        ["packed --deep", "check the SHA-256 of every image, too"],
        ["s3://my-bucket/birds --deep", "check a set where it lies, and 1,000 of its images"],
        ["packed --json | jq .counts", "problems by kind, for programs"],
      ],
      [
        "0    the set is sound",
        "1    the check could not be done: there is no set, or a file cannot be read",
        "2    the command line is wrong",
        "4    damage was found",
        "130  interrupted",
      ],
    ),
  },
  parameters: {
    flags: {
      deep: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief:
          "Check the SHA-256 of every image, not only its CRC-32; decode a compressed video, and compare its pictures with their digests",
      },
      all: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "With --deep, of a set in a store: look at every image, not at 1,000 of them",
      },
      ...atFlags,
      ffmpeg: ffmpegFlag,
      workers: workersFlag,
      ...storeFlags,
      ...displayFlags,
    },
    positional: {
      kind: "tuple",
      parameters: [{ parse: place, placeholder: "OUT", brief: "Folder of the set, or its place in a store" }],
    },
  },
  async func(flags, set) {
    const { verifyCommand } = await import("../verify.ts");
    await verifyCommand(this, flags, set);
  },
});
