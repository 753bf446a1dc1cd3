import { existsSync } from "node:fs";
import { join } from "node:path";
import { MANIFEST_FILE, REJECTS_FILE } from "../../manifest/record.ts";
import { PackError } from "../../model/issue.ts";
import type { PackOptions, PackReport } from "../../pack/options.ts";
import { packInSegments } from "../../pack/pack.ts";
import { type ResolvedOptions, resolveOptions } from "../../pack/resolve.ts";
import { isStoreError, StoreError } from "../../store/error.ts";
import { type ObjectInfo, Traffic, type UploadStore } from "../../store/store.ts";
import { type ArrivedParts, type Plan, same } from "../decide.ts";
import { endpointOf, openStore } from "../destination.ts";
import { localFile, localSet } from "../local_set.ts";
import { CONNECTIONS } from "../parts.ts";
import { sendSet } from "../send_set.ts";
import { PartSender } from "./part_sender.ts";
import { defaultTemp, removeLeftovers, WorkFolder } from "./work_folder.ts";

/** Milliseconds for removing what a run that came to nothing has sent. */
const CLEANING = 8_000;

/** What a store has, by name. */
type Objects = ReadonlyMap<string, ObjectInfo>;

/**
 * Looks whether a set can be packed straight into a place. Nothing is written.
 *
 * @param options As of `pack`; `output` is a place in a store.
 * @throws {PackError} With exit code 2 if it cannot, or something is there already; {@link StoreError} if the store cannot be
 * asked.
 */
export async function checkPlace(options: PackOptions): Promise<void> {
  const resolved = resolveOptions(options);
  const store = await openStore(options.output!, options.store ?? {}, new Traffic());
  try {
    await lookAt(store, resolved, options.signal);
  } finally {
    store.close();
  }
}

/**
 * Packs a dataset straight into a store: the bundle is sent in parts while it is written, and only the parts that wait for
 * their turn are on this machine (docs/upload.md, "Straight to the store").
 *
 * @param options As of `pack`; `output` is a place in a store.
 * @throws {PackError} As `pack`; {@link StoreError} if the store does not do what it is asked. Nothing can be seen there then.
 */
export async function packToStore(options: PackOptions): Promise<PackReport> {
  const { output, store: access = {}, temp = defaultTemp(), ...rest } = options;
  const { signal = new AbortController().signal } = options;
  const began = performance.now();
  const resolved = resolveOptions(options);
  const name = resolved.bundleFile;
  const traffic = new Traffic();
  let sender: PartSender | undefined;
  const store = await openStore(output!, access, traffic, () => sender?.retried());
  try {
    const before = await lookAt(store, resolved, signal);
    const place = { temp, location: store.location, endpoint: endpointOf(access) };
    await removeLeftovers(place, store, signal);
    const folder = new WorkFolder(place);
    const sent = new Map<string, string | undefined>();
    const connections = access.connections ?? CONNECTIONS;
    let plan: Plan | undefined;
    try {
      sender = new PartSender({ store, name, folder, connections, partSize: access.partSize, signal });
      const report = await packInSegments({
        ...rest,
        output: folder.set,
        exclude: [...options.exclude ?? [], folder.path],
        overwrite: true,
        resume: false,
      }, sender);
      plan = planOf(folder, name, await sender.arrived(), before);
      const total = plan.files.reduce((sum, { file }) => sum + file.size, 0);
      let done = plan.files.reduce((sum, { file, arrived }) => arrived ? sum + file.size : sum, 0);
      const sending = {
        store,
        state: folder.state,
        connections,
        partSize: undefined,
        signal,
        onBytes(bytes: number) {
          done += bytes;
          const seconds = (performance.now() - began) / 1000;
          options.onProgress?.({ phase: "upload", done, total, bytes: traffic.bytes, seconds });
        },
        onRemark: access.onRemark ?? (() => {}),
        remedy: "--overwrite replaces what they wrote.",
      };
      await sendSet(sending, plan, sent);
      // A list that tells of another set would mislead.
      if (!sent.has(REJECTS_FILE) && before.has(REJECTS_FILE)) await store.remove(REJECTS_FILE, signal);
      folder.remove();
      return { ...report, output: store.location, seconds: (performance.now() - began) / 1000 };
    } catch (error) {
      await sender?.end();
      const cause = signal.aborted ? interrupted(sent) : elsewhere(error);
      throw await cleaned(store, folder, plan, sent) ? cause : withRemains(cause);
    }
  } finally {
    store.close();
  }
}

/**
 * Looks at what is there.
 *
 * @throws {PackError} With exit code 2 if it is in the way.
 */
async function lookAt(
  store: UploadStore,
  { bundleFile, annotationFile, indexFile, overwrite }: ResolvedOptions,
  signal: AbortSignal | undefined,
): Promise<Objects> {
  const index = indexFile === undefined ? [] : [indexFile];
  const there = new Map<string, ObjectInfo>();
  for (const name of [MANIFEST_FILE, bundleFile, annotationFile, ...index, REJECTS_FILE]) {
    const info = await store.head(name, signal);
    if (info === undefined) continue;
    if (!overwrite && name !== REJECTS_FILE) {
      throw new PackError(
        `"${store.location}/${name}" exists already.`,
        "Add --overwrite to replace it, or choose another --output.",
        2,
      );
    }
    there.set(name, info);
  }
  return there;
}

/** What is to be sent of a set that was packed, in order. */
function planOf(
  folder: WorkFolder,
  bundle: string,
  arrived: ArrivedParts | undefined,
  before: Objects,
): Plan {
  const { files } = localSet(folder.set, arrived && new Set([bundle]));
  const rejects = existsSync(join(folder.set, REJECTS_FILE)) ? [localFile(folder.set, REJECTS_FILE)] : [];
  return {
    files: [...files.slice(0, -1), ...rejects, files.at(-1)!].map((file) => ({
      file,
      action: "sent",
      before: before.get(file.name),
      keep: undefined,
      ...file.name === bundle && { arrived },
    })),
    replacesOther: before.has(MANIFEST_FILE),
  };
}

/**
 * Removes what a run that came to nothing has sent: its parts, and files that nothing stood in the place of.
 *
 * @returns False if the store did not do it.
 */
async function cleaned(
  store: UploadStore,
  folder: WorkFolder,
  plan: Plan | undefined,
  sent: ReadonlyMap<string, string | undefined>,
): Promise<boolean> {
  const signal = AbortSignal.timeout(CLEANING);
  const manifest = plan?.files.at(-1);
  try {
    await folder.giveUp(store, signal);
    if (!plan || !manifest) return true;
    // The set is there, whatever went wrong behind it.
    if (same(await store.head(MANIFEST_FILE, signal), manifest.file)) return true;
    for (const { file, before } of plan.files) {
      if (before !== undefined) continue;
      const now = await store.head(file.name, signal);
      const ours = now !== undefined &&
        (same(now, file) || (sent.has(file.name) && now.etag === sent.get(file.name)));
      if (ours) await store.remove(file.name, signal);
    }
    return true;
  } catch {
    return false;
  }
}

function interrupted(sent: ReadonlyMap<string, unknown>): PackError {
  return new PackError(
    sent.has(MANIFEST_FILE)
      ? "Interrupted: the set is there, but was not looked at once more."
      : "Interrupted: nothing was published.",
    undefined,
    130,
  );
}

/** Of this machine's disks, only the one with the temporary folder is written to. */
function elsewhere(error: unknown): unknown {
  if (!(error instanceof PackError) || !error.suggestion?.includes("another --output")) return error;
  return new PackError(
    error.message,
    error.suggestion.replace("another --output", "another --temp"),
    error.exitCode,
  );
}

/** An error that says what is left in the store. */
function withRemains(error: unknown): unknown {
  if (!(error instanceof PackError)) return error;
  const { message, suggestion, exitCode } = error;
  const remains =
    "What was sent so far could not be removed from the store: the same command removes its parts.";
  const remedy = suggestion ? `${suggestion} ${remains}` : remains;
  if (isStoreError(error)) return new StoreError(error.kind, message, remedy);
  return new PackError(message, remedy, exitCode);
}
