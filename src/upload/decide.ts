import { MANIFEST_FILE } from "../manifest/record.ts";
import { containers } from "../media/containers.ts";
import { combineCrc32, crc32 } from "../media/crc32.ts";
import { PackError } from "../model/issue.ts";
import type { ObjectInfo, Part, Whole } from "../store/store.ts";
import type { Beginning, LocalFile, LocalSet } from "./local_set.ts";
import type { FileAction } from "./options.ts";
import type { RemoteSet } from "./remote_set.ts";

/** What is to be done with a file, and what it replaces. */
export interface Decision {
  readonly file: LocalFile;
  readonly action: FileAction;
  /** What the store has under this name. */
  readonly before: ObjectInfo | undefined;
  /** What it has in common with `before`, from the first byte on; undefined unless it is appended to. */
  readonly keep: Whole | undefined;
  /** Its parts, if they are in the store already: there is no such file here. */
  readonly arrived?: ArrivedParts;
}

/** All parts of a file, sent and not yet put together. */
export interface ArrivedParts {
  readonly upload: string;
  /** In order. */
  readonly parts: readonly Part[];
}

/** What is to be done with a set. */
export interface Plan {
  /** In the order in which they are sent. */
  readonly files: readonly Decision[];
  /** True if a manifest is there that tells of other images: it must go before its bundle does. */
  readonly replacesOther: boolean;
}

/** True if an object is, by its checksum, the file. */
export function same(info: ObjectInfo | undefined, file: Whole & { readonly sha256?: string }): boolean {
  if (info === undefined || info.size !== file.size) return false;
  return info.crc32 === undefined && info.sha256 !== undefined
    ? info.sha256 === file.sha256
    : info.crc32 === file.crc32;
}

/**
 * Decides what is to be sent.
 *
 * @param beginning Checksums of parts of the bundle.
 * @param force True if another set may be replaced.
 * @param location Where the set goes, for the message.
 * @throws {PackError} If there is something else in the place of the set.
 */
export function decide(
  set: LocalSet,
  remote: RemoteSet,
  beginning: Beginning,
  force: boolean,
  location: string,
): Plan {
  const { objects } = remote;
  const [bundle] = set.files;
  const keep = commonBytes(set, remote, beginning);
  const ours = keep !== undefined || same(objects.get(bundle.name), bundle);
  const files = set.files.map((file): Decision => {
    const before = objects.get(file.name);
    if (same(before, file)) return { file, action: "there", before, keep: undefined };
    return file === bundle && keep !== undefined
      ? { file, action: "appended", before, keep }
      : { file, action: "sent", before, keep: undefined };
  });
  const other = ours
    ? undefined
    : files.find(({ action, before }) => action === "sent" && before !== undefined);
  if (other && !force) {
    throw new PackError(
      `There is another "${other.file.name}" in "${location}": it is not of an earlier state of this set.`,
      "Choose another place, or add --force to replace what is there.",
      2,
    );
  }
  const replacesOther = other !== undefined && objects.has(MANIFEST_FILE);
  // It goes before the bundle does, so it has to be sent even if it was ours: of a set whose bundle is no longer.
  const sent = replacesOther ? files.with(-1, { ...files.at(-1)!, action: "sent" }) : files;
  return { files: sent, replacesOther };
}

/**
 * What the bundle in the store and ours have in common, if that is this set before images were added
 * (docs/dataset_spec.md §4.1): all of it, but for the end of a tar, and for what follows the type of an mp4's old `moov`.
 */
function commonBytes(
  { files: [bundle], generations }: LocalSet,
  { objects, header }: RemoteSet,
  beginning: Beginning,
): Whole | undefined {
  if (header?.bundle.file !== bundle.name || header.bundle.media === "video") return undefined;
  const { size, media } = header.bundle;
  const there = objects.get(bundle.name);
  if (size >= bundle.size || there?.size !== size) return undefined;
  const { growth: { overEnd, retired }, end } = containers[media];
  /** How many bytes are the same, and what followed them. */
  let keep = size, rest = new Uint8Array(0);
  if (overEnd) {
    rest = new Uint8Array(end(0, 0, 0));
    keep = size - rest.length;
  } else if (retired) {
    const then = generations.find(({ bundle: { size: bytes, crc32 } }) =>
      bytes === size && crc32 === header.bundle.crc32
    );
    if (!then) return undefined;
    keep = then.frames_end + retired.offset;
    rest = beginning.bytes(keep, size);
    rest.set(retired.live);
  }
  if (keep <= 0) return undefined;
  const kept = { size: keep, crc32: beginning.crc32(keep) };
  if (there.crc32 === undefined && there.sha256 !== undefined) {
    return beginning.sha256(keep, rest) === there.sha256 ? kept : undefined;
  }
  const sum = parseInt(header.bundle.crc32, 16);
  return there.crc32 === sum && combineCrc32(kept.crc32, crc32(rest), rest.length) === sum ? kept : undefined;
}
