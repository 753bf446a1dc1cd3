import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { description } from "../help.ts";
import { displayFlags, path, storeFlags, wholeNumber } from "../options.ts";
import type { UploadFlags } from "../upload.ts";
import { BRIEFS } from "../overview.ts";

const MiB = 2 ** 20;

/** `upload`: sends a set to an object store. */
export const upload = buildCommand<UploadFlags, [string, string], Context>({
  docs: {
    brief: BRIEFS.upload,
    fullDescription: description(
      "Sends a set to S3 or a store that speaks its language, to Azure, to the Hugging Face Hub, or to a folder. What is there already is not sent again, of a " +
        "set that has grown only the new end; an upload that was cut short goes on, also on another machine. The manifest " +
        "comes last, so nobody sees a set that is not complete. Credentials come from the environment or --profile. " +
        "docs/upload.md tells more.",
      "upload",
      [
        ["packed s3://my-bucket/birds", "send packed to Amazon S3"],
        ["packed s3://my-bucket/birds --dry-run", "tell how much that would be, and what the requests cost"],
        [
          "packed s3://birds --endpoint https://ACCOUNT.r2.cloudflarestorage.com",
          "send it to Cloudflare R2; other stores likewise",
        ],
        ["packed hf://datasets/ann/birds", "send it to the Hugging Face Hub, in one commit"],
        ["packed /mnt/archive/birds", "copy it into a folder, with the same proof"],
        ["packed s3://my-bucket/birds --clean", "remove what uploads that were given up have left"],
      ],
      [
        "0    the set is there, every byte of it",
        "1    failed; the same command goes on from where it stopped",
        "2    the command line is wrong, or another set is there already",
        "4    the set on this machine is damaged; nothing of it can be seen there",
        "130  interrupted; the same command goes on from where it stopped",
      ],
    ),
  },
  parameters: {
    flags: {
      ...storeFlags,
      storageClass: text("NAME", "Storage class of S3, as STANDARD_IA or GLACIER_IR"),
      sse: text("KIND", "Encryption at rest: AES256, aws:kms, or aws:kms:KEY"),
      acl: text("NAME", "Canned ACL of S3, as bucket-owner-full-control"),
      tag: {
        kind: "parsed",
        parse: tag,
        variadic: true,
        optional: true,
        placeholder: "KEY=VALUE",
        brief: "Tag the objects in S3; may be repeated",
      },
      force: switched("Replace what is there, even if it is another set"),
      dryRun: switched("Tell what would be sent, and how much; send nothing"),
      clean: switched("Send nothing, but remove what unfinished uploads of this set have left"),
      bandwidth: {
        kind: "parsed",
        parse: bandwidth,
        optional: true,
        placeholder: "RATE",
        brief: "Send no more than so much a second, as 500kB or 20MB",
      },
      connections: {
        kind: "parsed",
        parse: (input: string) => wholeNumber(input, 1, 64),
        optional: true,
        placeholder: "N",
        brief: "Parts on their way at once, 1 to 64 (default: 8)",
      },
      partSize: {
        kind: "parsed",
        parse: (input: string) => wholeNumber(input, 5, 5120) * MiB,
        optional: true,
        placeholder: "MIB",
        brief: "Size of a part in MiB, 5 to 5120 (default: 5 to 8, more for very large files)",
      },
      ...displayFlags,
    },
    positional: {
      kind: "tuple",
      parameters: [
        { parse: path, placeholder: "OUT", brief: "Folder of the set" },
        {
          parse: path,
          placeholder: "DEST",
          brief:
            "s3://bucket/prefix, az://account/container/prefix, hf://datasets/owner/name[@branch][/prefix], a folder, or a .json file of presigned links",
        },
      ],
    },
  },
  async func(flags, set, destination) {
    const { uploadCommand } = await import("../upload.ts");
    await uploadCommand(this, flags, set, destination);
  },
});

function text(placeholder: string, brief: string) {
  return { kind: "parsed", parse: String, optional: true, placeholder, brief } as const;
}

function switched(brief: string) {
  return { kind: "boolean", optional: true, withNegated: false, brief } as const;
}

function tag(input: string): readonly [string, string] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(input) ?? [];
  if (key === undefined) throw new Error("Give a tag as project=birds.");
  return [key, value];
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
};

/** Bytes a second. */
function bandwidth(input: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmg]?i?)b?(?:\/s)?$/i.exec(input) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  const rate = Number(number) * factor;
  if (rate >= 1000) return rate;
  throw new Error("Give bytes a second, at least 1kB, as 500kB or 20MB.");
}
