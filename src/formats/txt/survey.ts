/** Which kinds of text labels a dataset holds, folder by folder. */
import { extensionsIn } from "../../tree/extensions.ts";
import { below, extensionOf } from "../../model/image_names.ts";
import type { FileTree, Folder } from "../../tree/tree.ts";
import type { DatasetView } from "../format.ts";
import { isOtherText, type TextKind, textKind } from "./kinds.ts";

/** Folders that are looked into first. If they are of one kind, so are the others. */
const FOLDERS = 64;
/** Files with rows looked into, in all folders together. */
const SAMPLES = 20;
/** The same for a single folder at the least. */
const FEW = 4;
/** In a folder with more text files than this, those that are no labels by their name do not matter. */
const MANY = 1000;
/** Bytes looked at in each file. */
const HEAD = 4096;

/** Text files of one folder. */
export interface TextFolder {
  readonly path: string;
  /** Label files by their names. */
  readonly files: number;
  /** What most of those with rows are, `other` if that is not clear; undefined if none had rows. */
  readonly kind: TextKind | undefined;
  /** Files looked into that had rows. */
  readonly looked: number;
  /** Number of them by kind. */
  readonly votes: ReadonlyMap<TextKind, number>;
}

/** Sums over some folders. */
export interface TextCount {
  readonly folders: readonly TextFolder[];
  readonly files: number;
  readonly looked: number;
  /** Files looked into that are of the kind asked for. */
  readonly fitting: number;
}

const surveys = new WeakMap<FileTree, TextSurvey>();

/** A look into the text files of a tree; made once, for all the formats that ask. */
export class TextSurvey {
  /** Every folder with text files that could be labels. */
  readonly folders: readonly TextFolder[];
  readonly #kinds: ReadonlyMap<string, TextKind | undefined>;

  /** @param tree A part of the label tree. */
  static of(view: DatasetView, tree: FileTree = view.labels): TextSurvey {
    let survey = surveys.get(tree);
    if (!survey) surveys.set(tree, survey = new TextSurvey(view, tree));
    return survey;
  }

  constructor(view: DatasetView, tree: FileTree) {
    const folders: { folder: Folder; names: readonly string[] }[] = [];
    for (const folder of tree.folders.values()) {
      const names = textNames(folder);
      if (names.length > 0) folders.push({ folder, names });
    }
    const stride = Math.ceil(folders.length / FOLDERS);
    const each = Math.max(FEW, Math.ceil(SAMPLES / Math.max(1, folders.length)));
    const first = folders.filter((_, i) => i % stride === 0).map((folder) => look(view, folder, each));
    const kinds = new Set(first.map(({ kind }) => kind).filter((kind) => kind !== undefined));
    if (stride <= 1) this.folders = first;
    else if (kinds.size > 1) this.folders = folders.map((folder) => look(view, folder, FEW));
    else {
      const [kind] = kinds;
      this.folders = folders.map(({ folder, names }, i) =>
        i % stride === 0
          ? first[i / stride]
          : { path: folder.path, files: names.length, kind, looked: 0, votes: new Map() }
      );
    }
    this.#kinds = new Map(this.folders.map(({ path, kind }) => [path, kind]));
  }

  /** The folders of one kind. */
  of(kind: TextKind): TextCount {
    return count(kind, this.folders.filter((folder) => folder.kind === kind));
  }

  /** All folders, but for those that are clearly of another format. */
  notOthers(kind: TextKind): TextCount {
    const elsewhere = this.elsewhere(kind);
    return count(kind, elsewhere ? this.folders.filter(({ path }) => !elsewhere(path)) : this.folders);
  }

  /**
   * Tells which folders hold labels of another format than this; undefined if there are none. A folder of which nothing is
   * clear is not among them: then its files are read, and each becomes a reject.
   */
  elsewhere(kind: TextKind): ((folder: string) => boolean) | undefined {
    const isElsewhere = (found: TextKind | undefined) =>
      found !== undefined && found !== "other" && found !== kind;
    if (!this.folders.some((folder) => isElsewhere(folder.kind))) return undefined;
    return (folder) => isElsewhere(this.#kinds.get(folder));
  }
}

function count(kind: TextKind, folders: readonly TextFolder[]): TextCount {
  let files = 0;
  let looked = 0;
  let fitting = 0;
  for (const folder of folders) {
    files += folder.files;
    looked += folder.looked;
    fitting += folder.votes.get(kind) ?? 0;
  }
  return { folders, files, looked, fitting };
}

function textNames(folder: Folder): readonly string[] {
  const texts = extensionsIn(folder).get("txt") ?? 0;
  if (texts === 0) return [];
  if (texts > MANY && texts === folder.files.length) return folder.files;
  return folder.files.filter((name) => extensionOf(name) === "txt" && !isOtherText(name));
}

/** Looks into files spread evenly over a folder, until enough had rows. */
function look(
  view: DatasetView,
  { folder, names }: { folder: Folder; names: readonly string[] },
  most: number,
): TextFolder {
  const votes = new Map<TextKind, number>();
  const stride = Math.max(1, Math.floor(names.length / most));
  let looked = 0;
  for (let i = 0; i < names.length && looked < most; i += stride) {
    if (isOtherText(names[i])) continue;
    const path = below(folder.path, names[i]);
    const kind = textKind(view.head(path, HEAD), path);
    if (kind === undefined) continue;
    looked++;
    votes.set(kind, (votes.get(kind) ?? 0) + 1);
  }
  return { path: folder.path, files: names.length, kind: clearKind(votes, looked), looked, votes };
}

/** What more than half of the files are. */
function clearKind(votes: ReadonlyMap<TextKind, number>, looked: number): TextKind | undefined {
  if (looked === 0) return undefined;
  for (const [kind, count] of votes) if (count > looked / 2) return kind;
  return "other";
}
