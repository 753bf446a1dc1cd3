import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { TargetFolder } from "../extract/target_folder.ts";
import { PackError } from "../model/issue.ts";
import { sortByBytes } from "../tree/byte_order.ts";

/** Folder below the output in which everything is made before it is moved into place. */
const PARTIAL = ".convert.partial";

/**
 * An output folder whose content appears when it is complete: it is made in a folder below, which is gone afterwards,
 * whatever happens; what a killed run leaves behind goes with the next run.
 */
export class Staging {
  /** Absolute path of the output folder. */
  readonly root: string;
  readonly #partial: string;
  /** True if the output folder was not there before. */
  readonly #created: boolean;

  /**
   * Creates the folders.
   *
   * @throws {PackError} With exit code 2 if the folder is not empty and `overwrite` is false.
   */
  constructor(dir: string, readonly overwrite: boolean) {
    this.#created = mkdirSync(dir, { recursive: true }) !== undefined;
    this.root = realpathSync(dir);
    const found = readdirSync(this.root).find((name) => name !== PARTIAL);
    if (found !== undefined && !overwrite) {
      throw new PackError(
        `The folder "${dir}" is not empty: it holds "${found}".`,
        "Choose an empty folder, or add --overwrite to write into it and replace what is in the way.",
        2,
      );
    }
    this.#partial = join(this.root, PARTIAL);
    rmSync(this.#partial, { recursive: true, force: true });
    mkdirSync(this.#partial);
  }

  /** An empty folder to make files in. */
  folder(name: string): string {
    const path = join(this.#partial, name);
    mkdirSync(path);
    return path;
  }

  /**
   * Moves all that is in a folder of {@link folder} into the output folder, folders first: the files beside them, as
   * `data.yaml`, are what readers look for.
   *
   * @throws {PackError} If a link, or a folder, is in the way of a file, or the other way round; nothing was moved then.
   */
  publish(folder: string): void {
    const target = new TargetFolder(this.root, this.overwrite);
    check(folder, this.root, target);
    move(folder, this.root, target);
  }

  /** Puts away what is left; an output folder that was made for nothing, too. */
  discard(): void {
    rmSync(this.#partial, { recursive: true, force: true });
    if (this.#created && readdirSync(this.root).length === 0) rmdirSync(this.root);
  }
}

function check(from: string, to: string, target: TargetFolder): void {
  for (const { name, isFolder } of entries(from)) {
    const [source, place] = [join(from, name), join(to, name)];
    if (!isFolder) target.check(place);
    else if (existsSync(place)) {
      if (!lstatSync(place).isDirectory()) throw inTheWay(place);
      check(source, place, target);
    } else if (lstatSync(place, { throwIfNoEntry: false })) throw inTheWay(place);
  }
}

function move(from: string, to: string, target: TargetFolder): void {
  for (const { name, isFolder } of entries(from)) {
    const [source, place] = [join(from, name), join(to, name)];
    if (!isFolder) {
      target.prepare(place);
      renameSync(source, place);
    } else if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory()) move(source, place, target);
    else renameSync(source, place);
  }
}

function entries(folder: string): { name: string; isFolder: boolean }[] {
  const found = readdirSync(folder, { withFileTypes: true });
  const named = (isFolder: boolean) =>
    sortByBytes(found.filter((entry) => entry.isDirectory() === isFolder).map((entry) => entry.name))
      .map((name) => ({ name, isFolder }));
  return [...named(true), ...named(false)];
}

function inTheWay(path: string): PackError {
  return new PackError(
    `Cannot write into "${path}": it is not a folder, or a link.`,
    "Links are not followed, they could lead out of the target folder. Choose an empty folder.",
  );
}
