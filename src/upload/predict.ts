import { Traffic } from "../store/store.ts";
import { endpointOf, openStore } from "./destination.ts";
import { digested, planFor } from "./upload.ts";
import { localSet } from "./local_set.ts";
import type { UploadedFile, UploadForecast, UploadOptions } from "./options.ts";
import { CONNECTIONS, partSize } from "./parts.ts";
import { UploadState } from "./state.ts";

/** US dollars for a request that writes, and for one that reads: the list price of S3 Standard in us-east-1. */
const WRITE = 0.005 / 1000;
const READ = 0.0004 / 1000;

/**
 * Tells what {@link upload} would send. It only reads.
 *
 * @param dir Folder of the set.
 * @param destination As of `upload`.
 * @throws {PackError} As `upload` would before it sends anything.
 */
export async function predictUpload(
  dir: string,
  destination: string,
  options: UploadOptions = {},
): Promise<UploadForecast> {
  const store = await openStore(destination, options, new Traffic());
  try {
    const set = await digested(store, localSet(dir), options.signal);
    const state = new UploadState(dir, store.location, endpointOf(options));
    const { files } = await planFor(store, set, options, options.signal);
    // The looks before, before the manifest and at the end.
    let writes = 0, reads = 3 * files.length + 1, bytes = 0;
    const predicted: UploadedFile[] = [];
    for (const { file, action: planned, keep: common } of files) {
      const { name, size } = file;
      const keep = store.appends === false ? undefined : common;
      const action = planned === "appended" && !keep ? "sent" : planned;
      const begun = state.begun(file);
      const there = begun?.parts.reduce((sum, part) => sum + part.size, 0) ?? 0;
      const kept = action === "there" ? size : Math.max(keep?.size ?? 0, there);
      const each = begun?.partSize ??
        partSize(size, store.limits, options.connections ?? CONNECTIONS, options.partSize);
      bytes += size - kept;
      if (action !== "there") {
        writes += size <= each && !keep ? 1 : 2 + Math.ceil((size - kept) / each) + (keep ? 1 : 0);
      }
      if (begun) reads += Math.ceil(begun.parts.length / 1000);
      predicted.push({ name, size, action, kept });
    }
    return {
      dryRun: true,
      location: store.location,
      files: predicted,
      bytes,
      requests: writes + reads,
      seconds: options.bandwidth === undefined ? undefined : bytes / options.bandwidth,
      requestCost: store.location.startsWith("s3:") ? writes * WRITE + reads * READ : undefined,
    };
  } finally {
    store.close();
  }
}
