import { MANIFEST_FILE } from "../manifest/record.ts";
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
  /** Bytes at its beginning that are those of `before`; 0 unless it is appended to. */
  readonly keep: number;
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

/** A tar ends with two blocks of zeros, which give way to what is appended (docs/dataset_spec.md §4.1). */
const TAR_END = new Uint8Array(1024);

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
 * @param beginning Checksums of the beginning of the bundle.
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
  const ours = keep > 0 || same(objects.get(bundle.name), bundle);
  const files = set.files.map((file): Decision => {
    const before = objects.get(file.name);
    if (same(before, file)) return { file, action: "there", before, keep: 0 };
    return file === bundle && keep > 0
      ? { file, action: "appended", before, keep }
      : { file, action: "sent", before, keep: 0 };
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
  return { files, replacesOther: other !== undefined && objects.has(MANIFEST_FILE) };
}

/**
 * Bytes of the bundle in the store that ours begins with, if that is this set before images were added: all of them, but for
 * the end of a tar. 0 if it is not.
 */
function commonBytes(
  { files: [bundle] }: LocalSet,
  { objects, header }: RemoteSet,
  beginning: Beginning,
): number {
  if (header?.bundle.file !== bundle.name) return 0;
  const { size, media } = header.bundle;
  const there = objects.get(bundle.name);
  const end = media === "tar" ? TAR_END : new Uint8Array(0);
  const keep = size - end.length;
  if (keep <= 0 || size >= bundle.size || there?.size !== size) return 0;
  if (there.crc32 === undefined && there.sha256 !== undefined) {
    return beginning.sha256(keep, end) === there.sha256 ? keep : 0;
  }
  const sum = parseInt(header.bundle.crc32, 16);
  return there.crc32 === sum && combineCrc32(beginning.crc32(keep), crc32(end), end.length) === sum
    ? keep
    : 0;
}
