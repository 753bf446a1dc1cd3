import type { FlagParametersForType } from "@stricli/core";
import type { StoreAccess } from "../../store/access.ts";
import { PackError } from "../../model/issue.ts";
import type { Context } from "../context.ts";
import { type StoreFlags, storeFlags } from "./common.ts";
import { wholeNumber } from "./values.ts";

const MiB = 2 ** 20;

/** How new objects are kept, and how much is sent at once. */
export interface SendingFlags {
  readonly storageClass?: string;
  readonly sse?: string;
  readonly acl?: string;
  readonly tag?: readonly (readonly [key: string, value: string])[];
  readonly bandwidth?: number;
  readonly connections?: number;
  readonly partSize?: number;
}

/** @param partSize What the size of a part is without the flag. */
export function sendingFlags(partSize: string): FlagParametersForType<SendingFlags, Context> {
  return {
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
      brief: `Size of a part in MiB, 5 to 5120 (default: ${partSize})`,
    },
  };
}

/** How a run packs straight into a store. Its `--profile` is that of a trainer. */
export interface StraightFlags extends Pick<StoreFlags, "endpoint" | "region">, SendingFlags {
  readonly temp?: string;
}

export const straightFlags: FlagParametersForType<StraightFlags, Context> = {
  endpoint: storeFlags.endpoint,
  region: storeFlags.region,
  ...sendingFlags("8, more behind 20 GB"),
  temp: text("PATH", "Folder for what is on its way to a store (default: the system's, or TMPDIR)"),
};

/**
 * Refuses flags that mean nothing without a store.
 *
 * @throws {PackError} With exit code 2.
 */
export function refuseStoreFlags(flags: StraightFlags, output: string): void {
  const given = Object.keys(straightFlags).find((name) => flags[name as keyof StraightFlags] !== undefined);
  if (given === undefined) return;
  const flag = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new PackError(
    `--${flag} is for a place in a store, and "${output}" is a folder.`,
    `Leave it out, or give a place as --output s3://bucket/prefix.`,
    2,
  );
}

/** What the library takes for these flags. */
export function storeAccess(flags: StoreFlags & SendingFlags): StoreAccess {
  const { endpoint, region, profile, bandwidth, connections, partSize, storageClass, sse, acl, tag } = flags;
  return {
    ...{ endpoint, region, profile, bandwidth, connections, partSize },
    settings: { storageClass, sse, acl, tags: tag && Object.fromEntries(tag) },
  };
}

function text(placeholder: string, brief: string) {
  return { kind: "parsed", parse: String, optional: true, placeholder, brief } as const;
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
