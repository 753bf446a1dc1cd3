import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { description } from "../help.ts";
import { displayFlags, storeFlags } from "../flags/common.ts";
import { place, wholeNumber } from "../flags/values.ts";
import type { PresignFlags } from "../presign.ts";
import { BRIEFS } from "../overview.ts";

/** A signature of S3 holds for a week at most. */
const WEEK = 7 * 24 * 3600;

/** `presign`: links to the files of a set. */
export const presign = buildCommand<PresignFlags, [string], Context>({
  docs: {
    brief: BRIEFS.presign,
    fullDescription: description(
      "Prints a link for each file of a set, as JSON. A link lets whoever has it read the file, also by ranges, and nothing " +
        "else, until its time is over; treat it as a password. Links are signed here, for Azure with the key of the account; of " +
        "the store only the manifest is read.",
      "presign",
      [
        ["s3://my-bucket/birds", "links that hold for twelve hours"],
        ["s3://my-bucket/birds --seconds 600 > links.json", "ten minutes, into a file"],
      ],
      [
        "0    the links were printed",
        "1    failed",
        "2    the command line is wrong, or the store has no such links",
        "4    the manifest is damaged",
      ],
    ),
  },
  parameters: {
    flags: {
      seconds: {
        kind: "parsed",
        parse: (input: string) => wholeNumber(input, 1, WEEK),
        optional: true,
        placeholder: "N",
        brief: "For how long, at most a week (default: 43200)",
      },
      ...storeFlags,
      ...displayFlags,
    },
    positional: {
      kind: "tuple",
      parameters: [{
        parse: place,
        placeholder: "PLACE",
        brief: "s3://bucket/prefix or az://account/container/prefix",
      }],
    },
  },
  async func(flags, location) {
    const { presignCommand } = await import("../presign.ts");
    await presignCommand(this, flags, location);
  },
});
