import { StoreError } from "../store/error.ts";
import { Traffic, type UploadStore } from "../store/store.ts";
import { decide, type Plan, same } from "./decide.ts";
import { endpointOf, openStore } from "./destination.ts";
import { beginningOf, type LocalSet, localSet, withSha256 } from "./local_set.ts";
import type { Base } from "./base.ts";
import type { UploadOptions, UploadReport } from "./options.ts";
import { CONNECTIONS } from "./parts.ts";
import { type RemoteSet, remoteSet } from "./remote_set.ts";
import type { Sending } from "./send.ts";
import { sendSet } from "./send_set.ts";
import { UploadState } from "./state.ts";

/** What to do if what an update was made on is no longer there. */
const AGAIN = "Give the command for the update again: it begins with what is there now.";

/**
 * Uploads a set: what the store has not got yet, the bundle first and the manifest last (docs/upload.md).
 *
 * @param dir Folder of the set.
 * @param destination `s3://bucket/prefix`, `az://account/container/prefix`, `hf://datasets/owner/name`, or a folder.
 * @throws {PackError} With the cause, and what to do. What has been sent stays, and the next call goes on from there.
 */
export async function upload(
  dir: string,
  destination: string,
  options: UploadOptions = {},
): Promise<UploadReport> {
  const began = performance.now();
  const traffic = new Traffic();
  let retries = 0;
  const store = await openStore(destination, options, traffic, () => retries++);
  try {
    const set = await digested(store, localSet(dir), options.signal);
    const state = new UploadState(dir, store.location, endpointOf(options));
    const { signal = new AbortController().signal } = options;
    const plan = await planFor(store, set, options, signal);
    const total = set.files.reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    const onBytes = (bytes: number) => {
      done += bytes;
      const seconds = (performance.now() - began) / 1000;
      options.onProgress?.({ done, total, bytes: traffic.bytes, seconds });
    };
    const sending: Sending = {
      store,
      base: set.base,
      state,
      connections: options.connections ?? CONNECTIONS,
      partSize: options.partSize,
      signal,
      onBytes,
      onRemark: options.onRemark ?? (() => {}),
      remedy: set.base ? AGAIN : "--force replaces what they wrote; what was sent so far is not sent again.",
    };
    const files = await sendSet(sending, plan).catch((error) => {
      throw resumable(error, done, total);
    });
    state.remove();
    const seconds = (performance.now() - began) / 1000;
    return {
      location: store.location,
      files,
      bytesSent: traffic.bytes,
      requests: traffic.requests,
      retries,
      seconds,
    };
  } finally {
    store.close();
  }
}

/** A set with the checksums that a store knows objects by. */
export async function digested(store: UploadStore, set: LocalSet, signal?: AbortSignal): Promise<LocalSet> {
  return store.sha256 ? await withSha256(set, signal) : set;
}

/** Looks at what the store has, and decides what to send. */
export async function planFor(
  store: UploadStore,
  set: LocalSet,
  { force = false }: UploadOptions,
  signal: AbortSignal | undefined,
): Promise<Plan> {
  const remote = await remoteSet(store, set, signal);
  if (set.base) refuseChanged(store, set, set.base, remote);
  return decide(set, remote, beginningOf(set), force, store.location);
}

/** What was made on a state of the set in the store is of no use if that is another by now. */
function refuseChanged(
  store: UploadStore,
  { files }: LocalSet,
  { etags }: Base,
  { objects }: RemoteSet,
): void {
  for (const file of files) {
    const now = objects.get(file.name);
    // What an earlier attempt has sent is there already.
    if (now?.etag === etags[file.name] || same(now, file)) continue;
    throw new StoreError(
      "condition",
      `"${file.name}" in "${store.location}" has been written by someone else since it was read.`,
      AGAIN,
    );
  }
}

/** The error that ended an upload, with the way on. */
function resumable(error: unknown, done: number, total: number): unknown {
  if (!(error instanceof StoreError) || error.kind === "condition" || done <= 0) return error;
  const percent = Math.floor(Math.min(done, total) / total * 100);
  const on = `About ${percent} % are in the store: the same command goes on from there.`;
  return new StoreError(error.kind, error.message, error.suggestion ? `${error.suggestion} ${on}` : on);
}
