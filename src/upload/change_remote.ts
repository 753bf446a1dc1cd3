import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppendOptions, AppendReport } from "../generations/change.ts";
import { rollback } from "../generations/rollback.ts";
import { openRange } from "../io/range_file.ts";
import { REJECTS_FILE } from "../manifest/record.ts";
import { PackError } from "../model/issue.ts";
import { fileBody } from "../store/body.ts";
import { shellQuote } from "../text/format.ts";
import { isStoreError } from "../store/error.ts";
import { parseLocation } from "../store/location.ts";
import { Traffic, type UploadStore } from "../store/store.ts";
import type { UpdateOptions, UpdateReport } from "../update/options.ts";
import { update } from "../update/update.ts";
import { fetchSet } from "./fetch_set.ts";
import type { UploadOptions, UploadReport } from "./options.ts";
import { openStore } from "./destination.ts";
import { upload } from "./upload.ts";

/** What changed a set in a store. */
export interface RemoteChange<Report> {
  /** What the change did, as on this machine. */
  readonly report: Report;
  /** What was sent; undefined if nothing was different. */
  readonly sent: UploadReport | undefined;
}

/**
 * Brings a set in a store up to date with its dataset, as `update` does one on this machine: what the update reads is fetched
 * into a temporary folder, and only what is new is sent (docs/upload.md).
 *
 * @param location Place of the set in S3 or Azure.
 * @param options As of `update`; `output` is not looked at. List of rejects: beside the set.
 * @throws {PackError} As `update` and `upload` do. If sending fails, the folder stays, and the message names it.
 */
export async function updateRemote(
  location: string,
  options: Omit<UpdateOptions, "output">,
  uploading: UploadOptions = {},
): Promise<RemoteChange<UpdateReport>> {
  const started = performance.now();
  const { report, sent } = await changeRemote(
    location,
    (dir) => update({ ...options, output: dir }),
    { ...uploading, signal: options.signal },
    {
      finish: options.dryRun ? undefined : (store, dir) => sendRejects(store, dir, options.signal),
      onFetched(done, total) {
        const seconds = (performance.now() - started) / 1000;
        options.onProgress?.({ phase: "fetch", done, total, seconds });
      },
    },
  );
  return { report: { ...report, output: location }, sent };
}

/**
 * Makes an earlier generation of a set in a store the current one again, as `rollback` does of one on this machine.
 *
 * @param to Number of the generation to bring back.
 * @param options `onFetched` is called with the bytes that were fetched, and those there will be.
 * @throws {PackError} As `rollback` and `upload` do. If sending fails, the folder stays, and the message names it.
 */
export async function rollbackRemote(
  location: string,
  to: number,
  options: AppendOptions & { onFetched?: (done: number, total: number) => void } = {},
  uploading: UploadOptions = {},
): Promise<RemoteChange<AppendReport>> {
  return await changeRemote(
    location,
    (dir) => rollback(dir, to, options),
    { ...uploading, signal: options.signal },
    { onFetched: options.onFetched },
  );
}

/** What else is done on the way. */
interface ChangeSteps {
  /** Called with the bytes that were fetched, and those there will be. */
  onFetched?(done: number, total: number): void;
  /** Done when all has been sent. */
  finish?(store: UploadStore, dir: string): Promise<void>;
}

/** Fetches what a change of a set reads, makes it, and sends what is new. */
async function changeRemote<Report extends { written: boolean }>(
  location: string,
  change: (dir: string) => Promise<Report>,
  options: UploadOptions,
  { onFetched, finish }: ChangeSteps = {},
): Promise<RemoteChange<Report>> {
  const { kind } = parseLocation(location);
  if (kind !== "s3" && kind !== "az") {
    throw new PackError(
      `The set in "${location}" can be read there, but not changed.`,
      "Name its place in S3 or Azure, or change a copy on this machine and `upload` it.",
      2,
    );
  }
  const workshop = mkdtempSync(join(tmpdir(), "compact-uploader-"));
  // The state of the upload lies beside it.
  const dir = join(workshop, "set");
  let keep = false;
  const store = await openStore(location, options, new Traffic());
  try {
    await fetchSet(store, dir, { signal: options.signal, onProgress: onFetched });
    const report = await change(dir);
    let sent: UploadReport | undefined;
    if (report.written) {
      sent = await upload(dir, location, options).catch((error) => {
        // What was made is of use as long as nobody else has changed the set.
        keep = !isStoreError(error, "condition");
        throw keep ? resumable(error, dir, location) : error;
      });
    }
    await finish?.(store, dir);
    return { report, sent };
  } finally {
    store.close();
    if (!keep) rmSync(workshop, { recursive: true, force: true });
  }
}

/** Replaces the list of rejects beside the set by that of the change; none if nothing was left out. */
async function sendRejects(store: UploadStore, dir: string, signal: AbortSignal | undefined): Promise<void> {
  const path = join(dir, REJECTS_FILE);
  if (!existsSync(path)) {
    if (await store.head(REJECTS_FILE, signal)) await store.remove(REJECTS_FILE, signal);
    return;
  }
  const file = openRange(path);
  try {
    await store.put(REJECTS_FILE, fileBody(file, 0, file.size), undefined, signal);
  } finally {
    file.close();
  }
}

/** The error that ended sending, with the way on. */
function resumable(error: unknown, dir: string, location: string): PackError {
  const { message, exitCode, suggestion } = error instanceof PackError
    ? error
    : new PackError((error as Error).message);
  const again = `upload ${shellQuote(dir)} ${shellQuote(location)}`;
  const on = `What was to be sent is in "${dir}": \`${again}\` goes on, \`${again} --clean\` gives it up. ` +
    "Remove the folder above it then.";
  return new PackError(message, suggestion ? `${suggestion} ${on}` : on, exitCode);
}
