import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemCode } from "../../io/system_error.ts";
import { PackError } from "../../model/issue.ts";
import { SetLock } from "../../publish/lock.ts";
import type { UploadStore } from "../../store/store.ts";
import { UploadState } from "../state.ts";

/**
 * The folder of a run that packs straight into a store: the parts of the bundle that are not sent yet, the small files of the
 * set, and which uploads were begun. Its name tells the destination, and a lock whether the run is still at work, so that
 * the next one to the same place can remove what a killed one has left, here and there.
 */
export class WorkFolder {
  /** Folder of the other files of the set. */
  readonly set: string;
  /** Folder of the parts. */
  readonly parts: string;
  readonly state: UploadState;
  readonly #lock: SetLock;

  /** @throws {PackError} If it cannot be made. */
  constructor(place: WorkPlace) {
    try {
      this.path = mkdtempSync(join(place.temp, prefix(place)));
      this.#lock = new SetLock(this.path);
      this.set = join(this.path, SET);
      this.parts = join(this.path, "parts");
      mkdirSync(this.set);
      mkdirSync(this.parts);
    } catch (error) {
      if ((systemCode(error) ?? "ENOTCAPABLE") === "ENOTCAPABLE") throw error;
      throw new PackError(
        `Cannot write to the temporary folder "${place.temp}": ${(error as Error).message}.`,
        "Name another folder with --temp.",
      );
    }
    this.state = stateIn(this.path, place);
  }
  readonly path: string;

  /**
   * Gives up the uploads that were begun and removes the folder.
   *
   * @throws {StoreError} If the store does not answer: what was begun there is noted for the next run, all else is removed.
   */
  async giveUp(store: UploadStore, signal: AbortSignal): Promise<void> {
    for (const folder of [this.set, this.parts]) rmSync(folder, { recursive: true, force: true });
    try {
      await abortAll(store, this.state, signal);
      this.remove();
    } finally {
      this.#lock[Symbol.dispose]();
    }
  }

  /** Removes the folder. */
  remove(): void {
    this.#lock[Symbol.dispose]();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Which runs share their remains. */
export interface WorkPlace {
  /** Folder for temporary files. */
  readonly temp: string;
  /** Where the set goes. */
  readonly location: string;
  /** Server, if it is not the provider's own. */
  readonly endpoint: string | undefined;
}

/** Folder for temporary files, if the user names none. */
export const defaultTemp: () => string = tmpdir;

const SET = "set";

/**
 * Removes what runs to the same place have left that were killed: their folders, and their parts in the store.
 *
 * @throws {StoreError} If the store refuses it.
 */
export async function removeLeftovers(
  place: WorkPlace,
  store: UploadStore,
  signal: AbortSignal,
): Promise<void> {
  const begin = prefix(place);
  for (const name of existsSync(place.temp) ? readdirSync(place.temp) : []) {
    const path = join(place.temp, name);
    if (!name.startsWith(begin)) continue;
    let lock: SetLock;
    try {
      if (readdirSync(path).length === 0) continue; // It is being made.
      lock = new SetLock(path);
    } catch {
      continue; // It is at work, or it is somebody else's.
    }
    try {
      await abortAll(store, stateIn(path, place), signal);
      rmSync(path, { recursive: true, force: true });
    } finally {
      lock[Symbol.dispose]();
    }
  }
}

async function abortAll(store: UploadStore, state: UploadState, signal: AbortSignal): Promise<void> {
  for (const { name, upload } of state.open()) {
    await store.abort(name, upload, signal);
    state.end(name);
  }
}

function stateIn(path: string, { location, endpoint }: WorkPlace): UploadState {
  return new UploadState(join(path, SET), location, endpoint);
}

function prefix({ location, endpoint }: WorkPlace): string {
  const place = createHash("sha256").update(`${location}\n${endpoint ?? ""}`).digest("hex").slice(0, 16);
  return `compact-uploader-${place}-`;
}
