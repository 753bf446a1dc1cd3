import { existsSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { surviveFileSizeLimit } from "../io/runtime.ts";
import { ANNOTATION_FILE, MANIFEST_FILE, REJECTS_FILE } from "../manifest/record.ts";
import { COMMIT } from "../manifest/source_set.ts";
import { MEDIA } from "../media/container.ts";
import { PackError } from "../model/issue.ts";
import { fromFailure, toFailure } from "../io/failure.ts";
import { Publication } from "../publish/publication.ts";
import type { Composition } from "./composition.ts";
import type { ComposeOptions, ComposeReport } from "./options.ts";
import { type SetNames, writeSet } from "./write_set.ts";

/** Work that ends with one set or several, or with nothing: sets are published when all are written. */
export class SetMaker {
  readonly #options: ComposeOptions;
  readonly #started = performance.now();
  readonly #prepared: { publication: Publication; report: ComposeReport }[] = [];
  readonly #restoreSignal = surviveFileSizeLimit();
  #done = 0;
  /** Bytes of images there are to copy. */
  total = 0;

  constructor(options: ComposeOptions) {
    this.#options = options;
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /**
   * Writes a set into a folder, from which nothing is visible there yet.
   *
   * @param compose Says what is in the set; called when the folder is locked.
   * @param names Names of the files. @default {the standard ones}
   */
  async prepare(
    output: string,
    compose: (publication: Publication) => Composition,
    names?: SetNames,
  ): Promise<void> {
    const publication = new Publication(output, names ? [names.bundle, names.annotations] : []);
    const entry = { publication, report: undefined as unknown as ComposeReport };
    this.#prepared.push(entry);
    const made = compose(publication);
    const files = names ?? { bundle: `media_bundle.${made.media}`, annotations: ANNOTATION_FILE };
    const directory = publication.create(files.bundle, ".directory");
    const before = this.#done;
    const written = await writeSet(
      made,
      {
        bundle: publication.create(files.bundle),
        directory,
        annotations: made.categories && publication.create(files.annotations),
        manifest: publication.create(MANIFEST_FILE),
      },
      files,
      {
        check: this.#options.check ?? false,
        signal: this.#options.signal,
        onCopied: (bytes) => {
          this.#done = before + bytes;
          this.#options.onProgress?.({
            done: this.#done,
            total: Math.max(this.total, this.#done),
            seconds: this.seconds,
          });
        },
      },
    );
    publication.remove(directory);
    // A list of what another run left out does not speak of this set; an empty one is no file.
    if (!names) publication.create(REJECTS_FILE);
    entry.report = {
      output,
      media: made.media,
      ...written,
      categories: made.categories?.map((text) => JSON.parse(text).name) ?? [],
      seconds: 0,
    };
  }

  /** Publishes what is prepared; tells of each set. */
  commit(): ComposeReport[] {
    const reports: ComposeReport[] = [];
    for (let next; (next = this.#prepared[0]); this.#prepared.shift()) {
      next.publication.commit();
      reports.push({ ...next.report, seconds: this.seconds });
    }
    return reports;
  }

  /**
   * Does the work and lets go of everything afterwards, however it ends.
   *
   * @param interrupted What to say if the signal ended it.
   */
  async carryOut<T>(interrupted: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      for (const { publication } of this.#prepared) publication.discard();
      if (this.#options.signal?.aborted) throw new PackError(interrupted, undefined, 130);
      throw error instanceof PackError ? error : fromFailure(toFailure(error));
    } finally {
      this.#restoreSignal();
    }
  }
}

/**
 * Refuses to write a set where it would hurt another.
 *
 * @param output Folder of the new set.
 * @param inputs Folders of the sets it is made of.
 * @throws {PackError} With exit code 2 if it is one of these, or holds a set and must not be overwritten.
 */
export function refuseOutput(output: string, inputs: readonly string[], overwrite = false): void {
  const real = (path: string) => existsSync(path) ? realpathSync(path) : resolve(path);
  if (inputs.some((dir) => real(dir) === real(output))) {
    throw new PackError(
      `"${output}" is one of the sets that are read.`,
      "Choose another folder for the new set with --output.",
      2,
    );
  }
  if (overwrite) return;
  const bundles = MEDIA.map((media) => `media_bundle.${media}`);
  const taken = [MANIFEST_FILE, MANIFEST_FILE + COMMIT, ANNOTATION_FILE, ...bundles]
    .find((name) => existsSync(join(output, name)));
  if (taken === undefined) return;
  throw new PackError(
    `"${join(output, taken)}" exists already.`,
    "Add --overwrite to replace it, or choose another --output.",
    2,
  );
}
