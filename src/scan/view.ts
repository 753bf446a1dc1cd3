import { systemReason } from "../io/system_error.ts";
import zeptomatch from "zeptomatch";
import { concernsOneFile } from "../io/read_file.ts";
import { type RangeReader, readRange } from "../io/range_file.ts";
import type { DatasetView, VocOffset } from "../formats/format.ts";
import type { Issue } from "../model/issue.ts";
import { scopedTree } from "../tree/scoped_tree.ts";
import { IMAGE_EXTENSIONS, isImageName } from "../model/image_names.ts";
import { countIn } from "../tree/extensions.ts";
import type { FileTree } from "../tree/tree.ts";

const HEAD = 65_536;
/** Beginnings that are kept. */
const HEADS = 256;

export interface ViewOptions {
  /** Globs on the path below the image root; all images if empty. */
  pattern: readonly string[];
  vocOffset: VocOffset;
  /** Images of a manifest, in its order, in place of those of the tree. */
  order?: () => Iterable<string>;
  issue(issue: Issue): void;
}

/** What detection and planning see of the two folders. */
export class View implements DatasetView {
  #ordered: Set<string> | undefined;
  /** Beginnings that were read; many formats look at the same files. */
  readonly #heads = new Map<string, { bytes: Uint8Array; limit: number }>();

  /** @param unreadable Files of the label tree that could not be looked into, with the cause. */
  constructor(
    readonly images: FileTree,
    readonly labels: FileTree,
    readonly options: ViewOptions,
    readonly unreadable = new Map<string, string>(),
  ) {}

  get vocOffset(): VocOffset {
    return this.options.vocOffset;
  }

  *imagePaths(): Generator<string> {
    if (this.options.order) {
      for (const path of this.options.order()) if (this.matches(path)) yield path;
    } else {
      const paths = this.images.paths(IMAGE_EXTENSIONS);
      if (this.options.pattern.length === 0) yield* paths;
      else for (const path of paths) if (this.matches(path)) yield path;
    }
  }

  /** Number of {@link imagePaths}; counted by folder where that is possible. */
  countImages(): number {
    const all = !this.options.order && this.options.pattern.length === 0;
    return all ? countIn(this.images, IMAGE_EXTENSIONS) : this.imagePaths().reduce((count) => count + 1, 0);
  }

  hasImage(path: string): boolean {
    if (this.options.order) {
      this.#ordered ??= new Set(this.imagePaths());
      return this.#ordered.has(path);
    }
    return isImageName(path) && this.images.has(path) && this.matches(path);
  }

  /** True if the path fits one of the patterns. */
  matches(path: string): boolean {
    const { pattern } = this.options;
    return pattern.length === 0 || pattern.some((glob) => zeptomatch(glob, path));
  }

  /** The same dataset, but only what lies below a folder. */
  below(root: string): View {
    if (root === "") return this;
    const { images, labels } = this;
    const scopedLabels = scopedTree(labels, root);
    const scopedImages = images === labels ? scopedLabels : scopedTree(images, root);
    const all = this.options.order;
    const order = all && function* () {
      for (const path of all()) if (path.startsWith(`${root}/`)) yield path;
    };
    return new View(scopedImages, scopedLabels, { ...this.options, order }, this.unreadable);
  }

  /** The same view, with nobody to tell of problems: for a look ahead. */
  silent(): View {
    return new View(this.images, this.labels, { ...this.options, issue: () => {} }, this.unreadable);
  }

  head(path: string, limit = HEAD): Uint8Array {
    const known = this.#heads.get(path);
    // One that is shorter than what was asked for is the whole file.
    if (known && (known.bytes.length < known.limit || limit <= known.limit)) {
      return known.bytes.subarray(0, limit);
    }
    const bytes = this.#readHead(path, limit);
    if (this.#heads.size >= HEADS) this.#heads.clear();
    this.#heads.set(path, { bytes, limit });
    return bytes;
  }

  #readHead(path: string, limit: number): Uint8Array {
    try {
      const file = this.open(path);
      try {
        return readRange(file, 0, limit);
      } finally {
        file.close();
      }
    } catch (error) {
      if (!concernsOneFile(error)) throw error;
      if (this.labels.has(path)) this.unreadable.set(path, systemReason(error));
      return new Uint8Array(0);
    }
  }

  open(path: string): RangeReader {
    return this.labels.source.open(path);
  }

  /** An image that is open for reading; the caller closes it. */
  openImage(path: string): RangeReader {
    return this.images.source.open(path);
  }

  issue(issue: Issue): void {
    this.options.issue(issue);
  }
}
