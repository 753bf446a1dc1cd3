import { closeSync, openSync } from "node:fs";
import { openRange, type RangeReader, readRange } from "../io/range_file.ts";
import { combineCrc32 } from "../media/crc32.ts";
import { type Body, fileBody } from "../store/body.ts";
import { isStoreError, StoreError } from "../store/error.ts";
import type { Condition, ObjectInfo, Part, UploadStore, Whole } from "../store/store.ts";
import type { Base } from "./base.ts";
import { type ArrivedParts, type Decision, same } from "./decide.ts";
import { fetchRange } from "./fetch.ts";
import { differs, type LocalFile } from "./local_set.ts";
import { end, missingParts, partSize, type PlannedPart } from "./parts.ts";
import type { BegunUpload, UploadState } from "./state.ts";

/** What sending a file takes. */
export interface Sending {
  readonly store: UploadStore;
  readonly state: UploadState;
  /** What of the bundle is in the store only. */
  readonly base?: Base;
  /** Parts on their way at once. */
  readonly connections: number;
  /** Bytes of a part, if the user asked for so many. */
  readonly partSize: number | undefined;
  readonly signal: AbortSignal;
  /** Called when so many more bytes are in the store; negative when a request failed that was counted. */
  readonly onBytes: (bytes: number) => void;
  readonly onRemark: (text: string) => void;
  /** What to do about someone else who has written there, for the message. */
  readonly remedy: string;
  /** Done just before the object appears. */
  readonly beforeComplete?: () => Promise<void>;
}

/** What became of a file. */
export interface Sent {
  readonly info: ObjectInfo;
  /** Bytes that were in the store already. */
  readonly kept: number;
  /** True if the object begins with bytes it had before, which the store took over. */
  readonly appended: boolean;
}

/** Bytes by which a store may tell what kind of file it is. */
const BEGINNING = 4096;

/**
 * Sends a file: at once if it is small, else in parts. What an earlier attempt has sent is not sent again.
 *
 * @throws {StoreError} Kind `condition` if someone else has written the object meanwhile.
 * @throws {PackError} If the file is not what the manifest says.
 */
export async function sendFile(sending: Sending, planned: Decision): Promise<Sent> {
  const { store } = sending;
  const { file, arrived } = planned;
  if (arrived) return { info: await completeParts(sending, planned, arrived), kept: 0, appended: false };
  const resent = planned.keep !== undefined && store.appends === false;
  if (resent) sending.onRemark(cannotAppend(file));
  const decision = resent ? { ...planned, keep: undefined } : planned;
  const reader = openRange(file.path);
  try {
    const { partSize: each, there } = store.prepare
      ? await store.prepare(file, readRange(reader, 0, BEGINNING), sending.signal)
      : { partSize: partSize(file.size, store.limits, sending.connections, sending.partSize), there: false };
    if (file.size <= each && !decision.keep) return await sendWhole(sending, decision, reader, there);
    try {
      return await sendParts(sending, decision, reader, each);
    } catch (error) {
      if (!isStoreError(error, "missing")) throw error;
      // Somebody has removed the parts: a lifecycle rule, or `upload --clean`.
      sending.onRemark(`What had been sent of "${file.name}" is gone from the store; it is sent again.`);
      sending.state.end(file.name);
      return await sendParts(sending, decision, reader, each);
    }
  } finally {
    reader.close();
  }
}

async function sendWhole(
  sending: Sending,
  { file, before }: Decision,
  reader: RangeReader,
  there: boolean,
): Promise<Sent> {
  const { store, signal, onBytes, beforeComplete } = sending;
  const body = fileBody(reader, 0, file.size);
  if (body.crc32() !== file.crc32) throw differs(file.path);
  await beforeComplete?.();
  const info = await arriving(
    body,
    onBytes,
    (body) => written(sending, file, () => store.put(file.name, body, conditionOf(before), signal)),
  );
  if (there) onBytes(file.size);
  return { info, kept: there ? file.size : 0, appended: false };
}

async function sendParts(
  sending: Sending,
  decision: Decision,
  reader: RangeReader,
  each: number,
): Promise<Sent> {
  const { onBytes } = sending;
  const begun = await resumed(sending, decision) ?? await begin(sending, decision, each);
  await fetchMissing(sending, decision, end(begun.reused));
  const kept = [...begun.reused, ...begun.parts].reduce((sum, { size }) => sum + size, 0);
  onBytes(kept);
  await sendMissing(sending, begun, reader);
  const parts = [...begun.reused, ...begun.parts].sort((a, b) => a.number - b.number);
  const info = await completeParts(sending, decision, { upload: begun.upload, parts });
  return { info, kept, appended: begun.reused.length > 0 };
}

/** Makes the file of its parts. */
async function completeParts(
  sending: Sending,
  { file, before, keep }: Decision,
  { upload, parts }: ArrivedParts,
): Promise<ObjectInfo> {
  const { store, state, signal, beforeComplete, onRemark } = sending;
  if (sumOf(parts, keep) !== file.crc32 || end(parts) !== file.size) {
    // What was sent is no part of any set.
    await store.abort(file.name, upload, signal);
    state.end(file.name);
    throw differs(file.path);
  }
  await beforeComplete?.();
  const info = await written(
    sending,
    file,
    () => store.complete(file.name, upload, parts, file, conditionOf(before), signal),
    // Where another upload of the same set was faster, these parts are of no use.
    () =>
      store.abort(file.name, upload, signal).catch(() => {
        onRemark(`Parts of "${file.name}" are left in the store: \`upload --clean\` removes them.`);
      }),
  );
  state.end(file.name);
  return info;
}

/** The upload an earlier attempt has begun, with the parts that are proved to be in the store. */
async function resumed(
  { store, state, signal }: Sending,
  { file, keep }: Decision,
): Promise<BegunUpload | undefined> {
  const begun = state.begun(file);
  if (begun !== undefined && sumOf(begun.reused, keep) !== undefined) {
    const { reused, parts } = begun;
    const confirmed = await store.confirm(file.name, begun.upload, [...reused, ...parts], signal);
    const numbers = new Set(confirmed.map(({ number }) => number));
    if (reused.every(({ number }) => numbers.has(number))) {
      // Of a part that was sent twice the store has the last.
      const last = new Map(confirmed.map((part) => [part.number, part]));
      begun.parts = [...last.values()].filter(({ number }) => number > reused.length);
      return begun;
    }
  }
  // Parts of other bytes: of the set as it was before.
  const old = state.open().find(({ name }) => name === file.name);
  if (old !== undefined) {
    await store.abort(old.name, old.upload, signal);
    state.end(old.name);
  }
  return undefined;
}

function cannotAppend({ name }: LocalFile): string {
  return `The store cannot take over what it has of "${name}"; all of it is sent.`;
}

async function begin(
  { store, state, signal, onRemark }: Sending,
  { file, before, keep }: Decision,
  each: number,
): Promise<BegunUpload> {
  if (keep && before?.etag !== undefined) {
    const taken = await store.beginFrom(file.name, file, { ...keep, etag: before.etag }, signal);
    if (taken !== undefined) {
      const begun = state.begin(file, taken.upload, each);
      state.add(begun, taken.parts, true);
      return begun;
    }
    onRemark(cannotAppend(file));
  }
  return state.begin(file, await store.begin(file.name, file, signal), each);
}

/** CRC-32 of parts in order, together; undefined if nobody knows that of those the store has copied. */
function sumOf(parts: readonly Part[], keep: Whole | undefined): number | undefined {
  // Where the store does not tell that of each, that of all of them is known.
  const copied = parts.filter(({ crc32 }) => crc32 === undefined);
  const sums = keep && copied.length > 0 && end(copied) === keep.size
    ? [keep, ...parts.slice(copied.length)]
    : parts;
  let sum = 0;
  for (const { crc32, size } of sums) {
    if (crc32 === undefined) return undefined;
    sum = combineCrc32(sum, crc32, size);
  }
  return sum;
}

/** Gets what has to be sent and is only in the store, which could not copy it. */
async function fetchMissing(
  { store, base, signal }: Sending,
  { file, before, keep }: Decision,
  from: number,
) {
  if (!base || !keep || from >= base.bundle.size) return;
  const into = openSync(file.path, "r+");
  try {
    await fetchRange(
      store,
      file.name,
      { offset: from, size: base.bundle.size - from, etag: before?.etag },
      into,
      { signal },
    );
  } finally {
    closeSync(into);
  }
}

/** Sends the parts that are missing, several at once; the first failure ends all. */
async function sendMissing(sending: Sending, begun: BegunUpload, reader: RangeReader): Promise<void> {
  const { store, state, connections, onBytes } = sending;
  const failure = new AbortController();
  const signal = AbortSignal.any([sending.signal, failure.signal]);
  const queue = missingParts(begun.size, begun.partSize, begun.reused, begun.parts).values();
  const send = async ({ number, offset, size }: PlannedPart) => {
    const part: Part = await arriving(
      fileBody(reader, offset, size),
      onBytes,
      (body) => store.putPart(begun.name, begun.upload, { number, offset }, body, signal),
    );
    state.add(begun, [part]);
  };
  const worker = async () => {
    try {
      for (const part of queue) {
        signal.throwIfAborted();
        await send(part);
      }
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: connections }, worker));
  sending.signal.throwIfAborted();
  if (failure.signal.aborted && ends.some(({ status }) => status === "rejected")) throw failure.signal.reason;
}

/** Version of the object that a write may replace. */
function conditionOf(before: ObjectInfo | undefined): Condition {
  if (before === undefined) return { absent: true };
  return before.etag === undefined ? undefined : { etag: before.etag };
}

/**
 * Does what makes an object appear. Where the answer was lost, or says that the object is there already, it is looked at:
 * the deed may have been done.
 *
 * @param otherwise Done if the object is there, though not as the answer to this.
 */
async function written(
  { store, signal, remedy }: Sending,
  file: LocalFile,
  write: () => Promise<ObjectInfo>,
  otherwise?: () => Promise<void>,
): Promise<ObjectInfo> {
  try {
    return await write();
  } catch (error) {
    if (!isStoreError(error, "network", "busy", "condition", "missing")) throw error;
    const now = await store.head(file.name, signal).catch(() => undefined);
    if (now !== undefined && same(now, file)) {
      await otherwise?.();
      return now;
    }
    throw error.kind === "condition" ? overtaken(store, file.name, remedy) : error;
  }
}

/** Someone else has written where this upload was about to. */
export function overtaken(store: UploadStore, name: string, remedy: string): StoreError {
  return new StoreError(
    "condition",
    `"${name}" in "${store.location}" has been written by someone else while this upload was at work.`,
    `Find out who uploads there. ${remedy}`,
  );
}

/** Sends a body and tells of every block; of none in the end if it does not arrive. */
async function arriving<T>(
  body: Body,
  onBytes: (bytes: number) => void,
  send: (body: Body) => Promise<T>,
): Promise<T> {
  const told = counted(body, onBytes);
  try {
    return await send(told);
  } catch (error) {
    told.takeBack();
    throw error;
  }
}

/** A body that tells of what it gives. */
export interface CountedBody extends Body {
  /** Takes back what was told: it did not arrive. */
  takeBack(): void;
}

/** A body that tells of every block it gives; what a failed request was given is taken back when it is repeated. */
export function counted(body: Body, onBytes: (bytes: number) => void): CountedBody {
  let given = 0;
  const takeBack = () => {
    onBytes(-given);
    given = 0;
  };
  return {
    size: body.size,
    crc32: () => body.crc32(),
    md5: () => body.md5(),
    takeBack,
    *blocks() {
      takeBack();
      for (const block of body.blocks()) {
        yield block;
        given += block.length;
        onBytes(block.length);
      }
    },
  };
}
