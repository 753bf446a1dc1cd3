/** Options of many commands. */
import type { FlagParametersForType } from "@stricli/core";
import type { Context } from "../context.ts";
import { path, serverUrl, wholeNumber } from "./values.ts";

/** How a command talks. */
export interface DisplayFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export const displayFlags: FlagParametersForType<DisplayFlags, Context> = {
  json: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief:
      'JSON lines for programs, told apart by "event": the outcome (packed, predicted, inspected, verified, ' +
      "extracted, converted, updated, history, rolled-back, compacted, merged, subset, split, uploaded, cleaned, presigned) on stdout; progress, issue, remark and error on stderr",
  },
  quiet: { kind: "boolean", optional: true, withNegated: false, brief: "Say nothing but errors" },
};

/** How the store of a place is reached. */
export interface StoreFlags {
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
}

export const storeFlags: FlagParametersForType<StoreFlags, Context> = {
  endpoint: {
    kind: "parsed",
    parse: serverUrl,
    optional: true,
    placeholder: "URL",
    brief:
      "Of a place in a store: server other than the provider's own, as https://s3.eu-central-003.backblazeb2.com " +
      "(default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL; HF_ENDPOINT)",
  },
  region: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "NAME",
    brief: "Region of the bucket (default: AWS_REGION, that of the profile, or us-east-1)",
  },
  profile: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "NAME",
    brief: "Profile of ~/.aws/config whose credentials to use",
  },
};

/** `--workers`. */
export const workersFlag = {
  kind: "parsed",
  parse: (input: string) => wholeNumber(input, 1, 256),
  optional: true,
  placeholder: "N",
  brief: "Threads, 1 to 256 (default: one for each processor); the result is the same for any number",
} as const;

/** `--ffmpeg`, for videos that are read as for those that are written. */
export const ffmpegFlag = {
  kind: "parsed",
  parse: path,
  optional: true,
  placeholder: "PATH",
  brief: "Program that encodes and decodes (default: ffmpeg)",
} as const;

/** The positional argument of commands that read a dataset. */
export const datasetArgument = {
  kind: "tuple",
  parameters: [{
    parse: path,
    optional: true,
    placeholder: "DATASET",
    brief: "Folder, zip, tar or tar.gz with images and labels in any known layout, or a video",
  }],
} as const;

/** What is lost may be lost. */
export const allowLossFlag = {
  kind: "boolean",
  optional: true,
  withNegated: false,
  brief: "Go on though the format cannot hold all that is in the labels; what is lost is listed",
} as const;
