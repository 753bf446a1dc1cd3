import type { FrameRecord } from "../model/frame.ts";
import type { FrameEntry } from "../scan/scan.ts";
import type { Batch } from "./protocol.ts";

/** Bytes a batch should have: what is written at once. */
const BYTES = 4 << 20;
const MOST = 256;
/** Entries of the first batch, as long as nothing is known of their size. */
export const FIRST_BATCH = 64;

/** Entries a batch should have, from the mean size of those packed so far. */
export function batchLength(entries: number, bytes: number): number {
  if (entries === 0) return FIRST_BATCH;
  return Math.max(1, Math.min(MOST, Math.round(BYTES / Math.max(1, bytes / entries))));
}

/**
 * Cuts entries into batches.
 *
 * @param known What a manifest says of each entry, in the same order.
 * @param length Asked before each batch: entries it should have.
 * @param start Index of the first entry.
 */
export function* batches(
  entries: Iterable<FrameEntry>,
  placeholders: boolean,
  known: Iterator<FrameRecord | null> | undefined,
  length: () => number,
  start = 0,
): Generator<Batch> {
  let most = length();
  let batch = empty(start, placeholders, known !== undefined);
  for (const { fileName, label, part = 0, split } of entries) {
    const i = batch.fileNames.push(fileName) - 1;
    batch.labels.push(label?.path ?? null);
    if (label?.ranges) (batch.ranges ??= new Array(i).fill(null))[i] = label.ranges;
    else batch.ranges?.push(null);
    if (label?.text !== undefined || label?.also) (batch.refs ??= new Array(i).fill(null))[i] = label;
    else batch.refs?.push(null);
    if (part > 0) (batch.parts ??= new Array(i).fill(0))[i] = part;
    else batch.parts?.push(0);
    if (split !== undefined) (batch.splits ??= new Array(i).fill(null))[i] = split;
    else batch.splits?.push(null);
    if (known) batch.known!.push(known.next().value);
    if (i + 1 < most) continue;
    yield batch;
    start += i + 1;
    most = length();
    batch = empty(start, placeholders, known !== undefined);
  }
  if (batch.fileNames.length > 0) yield batch;
}

type Growing = { -readonly [key in keyof Batch]: Batch[key] };

function empty(start: number, placeholders: boolean, known: boolean): Growing {
  return {
    start,
    fileNames: [],
    labels: [],
    ranges: null,
    refs: null,
    parts: null,
    splits: null,
    placeholders,
    known: known ? [] : null,
  };
}
