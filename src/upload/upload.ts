import process from "node:process";
import { openRange } from "../io/range_file.ts";
import { fileBody } from "../store/body.ts";
import { StoreError } from "../store/error.ts";
import { withoutQuery } from "../store/location.ts";
import { openUploadStore } from "../store/open.ts";
import { Pace } from "../store/pace.ts";
import { Traffic, type UploadStore } from "../store/store.ts";
import { decide, type Plan, same } from "./decide.ts";
import { differs, type LocalSet, localSet } from "./local_set.ts";
import type { UploadedFile, UploadOptions, UploadReport } from "./options.ts";
import { CONNECTIONS } from "./parts.ts";
import { remoteSet } from "./remote_set.ts";
import { overtaken, sendFile, type Sending } from "./send.ts";
import { UploadState } from "./state.ts";

/**
 * Uploads a set: what the store has not got yet, the bundle first and the manifest last (docs/upload.md).
 *
 * @param dir Folder of the set.
 * @param destination `s3://bucket/prefix`, or a folder.
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
    const set = localSet(dir);
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
      state,
      connections: options.connections ?? CONNECTIONS,
      partSize: options.partSize,
      signal,
      onBytes,
      onRemark: options.onRemark ?? (() => {}),
    };
    const files = await sendAll(sending, plan).catch((error) => {
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

/** Opens the destination of an upload. */
export function openStore(
  destination: string,
  options: UploadOptions,
  traffic: Traffic,
  onRetry: () => void = () => {},
): Promise<UploadStore> {
  return openUploadStore(destination, {
    ...options,
    traffic,
    pace: options.bandwidth === undefined ? undefined : new Pace(options.bandwidth),
    onRetry(...retry) {
      onRetry();
      options.onRetry?.(...retry);
    },
  });
}

/** Server, if it is not the provider's own; a part of the destination. Without what may be secret in a URL. */
export function endpointOf({ endpoint, env = process.env }: UploadOptions): string | undefined {
  const server = endpoint ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  return server === undefined ? undefined : withoutQuery(server);
}

/** Looks at what the store has, and decides what to send. */
export async function planFor(
  store: UploadStore,
  set: LocalSet,
  { force = false }: UploadOptions,
  signal: AbortSignal | undefined,
): Promise<Plan> {
  const remote = await remoteSet(store, set, signal);
  const [bundle] = set.files;
  const beginning = (size: number) => {
    const file = openRange(bundle.path);
    try {
      if (file.size < size) throw differs(bundle.path);
      return fileBody(file, 0, size).crc32();
    } finally {
      file.close();
    }
  };
  return decide(set, remote, beginning, force, store.location);
}

async function sendAll(sending: Sending, { files, replacesOther }: Plan): Promise<UploadedFile[]> {
  const { store, signal, onBytes } = sending;
  const manifest = files.at(-1)!;
  const sent = new Map<string, string | undefined>();
  const report: UploadedFile[] = [];
  let outdated = replacesOther;
  for (const decision of files) {
    const { file, action, before } = decision;
    if (action === "there") {
      onBytes(file.size);
      sent.set(file.name, before?.etag);
      report.push({ name: file.name, size: file.size, action, kept: file.size });
      continue;
    }
    if (decision === manifest) await unchanged();
    const beforeComplete = async () => {
      // Until the new manifest is there, the old one would tell of images that its bundle no longer has.
      if (outdated && decision !== manifest) await store.remove(manifest.file.name, signal);
      outdated = false;
    };
    const removed = replacesOther && decision === manifest && !outdated;
    const { info, kept } = await sendFile(
      { ...sending, beforeComplete },
      removed ? { ...decision, before: undefined } : decision,
    );
    sent.set(file.name, info.etag);
    report.push({ name: file.name, size: file.size, action, kept });
  }
  await unchanged();
  return report;

  /** Sees for itself that what was sent is there, and that nobody else has written it meanwhile. */
  async function unchanged(): Promise<void> {
    for (const { file } of files) {
      if (!sent.has(file.name)) continue;
      const now = await store.head(file.name, signal);
      if (now?.etag !== sent.get(file.name) || !same(now, file)) throw overtaken(store, file.name);
    }
  }
}

/** The error that ended an upload, with the way on. */
function resumable(error: unknown, done: number, total: number): unknown {
  if (!(error instanceof StoreError) || error.kind === "condition" || done <= 0) return error;
  const percent = Math.floor(Math.min(done, total) / total * 100);
  const on = `About ${percent} % are in the store: the same command goes on from there.`;
  return new StoreError(error.kind, error.message, error.suggestion ? `${error.suggestion} ${on}` : on);
}
