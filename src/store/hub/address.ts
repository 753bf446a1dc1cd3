import process from "node:process";
import { encodeKey } from "../s3/address.ts";

/** A folder of a dataset repository on the Hugging Face Hub. */
export interface HubAddress {
  /** `owner/name`. */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** What paths in the repository begin with; may be empty. */
  readonly prefix: string;
}

/** Base URL of the Hub, without `/` at the end. */
export function hubUrl(
  endpoint: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return (endpoint ?? (env.HF_ENDPOINT || "https://huggingface.co")).replace(/\/+$/, "");
}

/** URL below which the files of a revision are read. */
export function resolveUrl(hub: string, { repository, prefix }: HubAddress, revision: string): string {
  const folder = prefix && `/${encodeKey(prefix)}`;
  return `${hub}/datasets/${repository}/resolve/${encodeURIComponent(revision)}${folder}`;
}
