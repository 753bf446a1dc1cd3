/**
 * The rules of WebDataset that shards and bundles share (FORMATS §15): the key of a sample is what stands before the first dot of
 * a member's name, members of a sample follow each other, and an index for `wids` says how many samples a tar has.
 */
import { extensionOf } from "../model/image_names.ts";

/** Extensions of JPEG for which decoders have but one word. */
const JPEG = new Set(["jpeg", "jpe", "jfif"]);

/** A record of `shardlist` in the index of wids. */
export interface ShardRecord {
  readonly url: string;
  readonly nsamples: number;
  /** Bytes. */
  readonly filesize: number;
  /** Hex digits. */
  readonly md5sum?: string;
}

/** Key of a sample. Nine digits, so that members are in order by name too; nothing in it can be taken for an extension. */
export function sampleKey(number: number): string {
  return String(number).padStart(9, "0");
}

/** Name of the member that holds an image: the key, and the extension decoders go by. */
export function imageMember(number: number, fileName: string): string {
  const extension = extensionOf(fileName);
  return `${sampleKey(number)}.${JPEG.has(extension) ? "jpg" : extension}`;
}

/** Name of the `.json` member of the sample that a member belongs to. */
export function jsonMember(member: string): string {
  const dot = member.indexOf(".", member.lastIndexOf("/") + 1);
  return `${dot < 0 ? member : member.slice(0, dot)}.json`;
}

/** Text of an index of wids. */
export function widsIndex(name: string, shards: readonly ShardRecord[]): string {
  const list = shards.map((shard) => JSON.stringify(shard)).join(",\n");
  return `{"wids_version":1,\n"name":${JSON.stringify(name)},\n"shardlist":[\n${list}\n]}\n`;
}
