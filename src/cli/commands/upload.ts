import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { description } from "../help.ts";
import { displayFlags, storeFlags } from "../flags/common.ts";
import { path, place } from "../flags/values.ts";
import { sendingFlags } from "../flags/sending.ts";
import type { UploadFlags } from "../upload.ts";
import { BRIEFS } from "../overview.ts";

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
      ...sendingFlags("5 to 8, more for very large files"),
      force: switched("Replace what is there, even if it is another set"),
      dryRun: switched("Tell what would be sent, and how much; send nothing"),
      clean: switched("Send nothing, but remove what unfinished uploads of this set have left"),
      ...displayFlags,
    },
    positional: {
      kind: "tuple",
      parameters: [
        { parse: path, placeholder: "OUT", brief: "Folder of the set" },
        {
          parse: place,
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

function switched(brief: string) {
  return { kind: "boolean", optional: true, withNegated: false, brief } as const;
}
