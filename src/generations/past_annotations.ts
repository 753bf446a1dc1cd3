import { type AnnotationReader, CocoFile } from "../coco/coco_file.ts";
import type { RangeReader } from "../io/range_reader.ts";
import type { CocoAnnotation, CocoCategory, CocoImage } from "../model/dataset.ts";
import type { Manifest } from "../manifest/parse.ts";
import { recordText, textLines } from "../manifest/lines.ts";
import type { GenerationRecord } from "../manifest/record.ts";
import { type History, Restored } from "./history.ts";

const ANNOTATION = /^\{"id":(\d+),"image_id":(\d+)/;

/** Records of the history that were alive in one generation. */
interface Gone {
  /** Place of the image's record, by image id. */
  readonly images: Map<number, [offset: number, size: number]>;
  /** Places of annotations, by image id; in order of their own ids. */
  readonly annotations: Map<number, [id: number, offset: number, size: number][]>;
  readonly restored: Restored;
  /** Categories as they were, if they have changed since. */
  readonly categories: readonly string[] | undefined;
}

/**
 * The annotations of a generation before the current one (docs/dataset_spec.md §4.3): what the annotation file has of it, and what
 * the history has. Both are read where they are; only the places of what is gone are held.
 */
export class PastAnnotations implements AnnotationReader {
  readonly categories: readonly CocoCategory[];
  readonly #manifest: Manifest;
  readonly #record: GenerationRecord;
  readonly #now: CocoFile;
  readonly #history: History | undefined;
  readonly #gone: Gone;
  /** Place + 1 in the annotation file by image id. */
  readonly #places: Int32Array;

  /**
   * @param manifest Open at the generation.
   * @param path Annotation file, for messages.
   * @param file That file; it is closed with this.
   * @param history Closed with this, too; undefined if nothing is gone yet.
   * @throws {PackError} If one of the files is damaged.
   */
  constructor(manifest: Manifest, readonly path: string, file: RangeReader, history?: History) {
    const now = currentIds(manifest);
    this.#manifest = manifest;
    this.#record = manifest.generations().find(({ generation }) => generation === manifest.generation)!;
    this.#history = history;
    try {
      this.#now = new CocoFile(path, file, now.length, () => now);
      this.#gone = goneSince(history, manifest.generation);
      this.#places = new Int32Array(this.#record.next_image);
      now.forEach((id, place) => {
        if (id < this.#places.length) this.#places[id] = place + 1;
      });
      this.categories = this.categoryTexts().map((text) => JSON.parse(text));
    } catch (error) {
      file.close();
      history?.close();
      throw error;
    }
  }

  licenses(): readonly unknown[] {
    return this.#now.licenses();
  }

  image(position: number): CocoImage {
    return JSON.parse(this.imageText(position));
  }

  /** Text of the image record at a position. */
  imageText(position: number): string {
    const id = this.#idOf(position);
    const gone = this.#gone.images.get(id);
    return gone ? this.#history!.text(...gone) : this.#now.imageText(this.#places[id] - 1);
  }

  of(position: number): CocoAnnotation[] {
    return this.textsOf(position).map((text) => JSON.parse(text));
  }

  /** Texts of the annotation records of the image at a position. */
  textsOf(position: number): string[] {
    const id = this.#idOf(position);
    const place = this.#places[id] - 1;
    const alive = place < 0 ? [] : this.#now.textsOf(place).flatMap((text) => {
      const own = Number(ANNOTATION.exec(text)?.[1]);
      return this.#isAlive(own) ? [{ own, text }] : [];
    });
    const gone = this.#gone.annotations.get(id);
    if (!gone) return alive.map(({ text }) => text);
    const back = gone.map(([own, offset, size]) => ({ own, text: this.#history!.text(offset, size) }));
    return [...alive, ...back].sort((a, b) => a.own - b.own).map(({ text }) => text);
  }

  /** Texts of the category records. */
  categoryTexts(): string[] {
    return (this.#gone.categories ?? this.#now.categoryTexts()).slice(0, this.#record.categories);
  }

  *stream(): Generator<{ image: CocoImage; annotations: CocoAnnotation[] }, undefined> {
    for (let i = 0; i < this.#manifest.length; i++) yield { image: this.image(i), annotations: this.of(i) };
  }

  /** Ids of images that may not have the same annotations now. */
  imagesWithOthers(): Set<number> {
    const changed = new Set(this.#gone.annotations.keys());
    const { file, sections } = this.#now;
    for (const line of textLines(file, ...sections.annotations)) {
      const found = ANNOTATION.exec(recordText(line));
      if (found && !this.#isAlive(Number(found[1]))) changed.add(Number(found[2]));
    }
    return changed;
  }

  close(): void {
    this.#now.close();
    this.#history?.close();
  }

  #idOf(position: number): number {
    return this.#manifest.index().ids![position];
  }

  /** True if an annotation of the current generation was there already, and not gone for a while since. */
  #isAlive(id: number): boolean {
    const { generation, next_annotation } = this.#record;
    return id < next_annotation && this.#gone.restored.since(id) <= generation;
  }
}

/** Ids of the images of the current generation, whichever the manifest is open at. */
function currentIds(manifest: Manifest): Uint32Array {
  const { ids, removed } = manifest.lines();
  return ids!.filter((_, line) => removed![line] === 0);
}

function goneSince(history: History | undefined, generation: number): Gone {
  const images: Gone["images"] = new Map();
  const annotations: Gone["annotations"] = new Map();
  const restored = new Restored();
  let categories: readonly string[] | undefined;
  for (const line of history?.lines() ?? []) {
    if (line.kind === "restored") restored.add(line.since, line.ranges);
    else if (line.until <= generation) continue;
    else if (line.kind === "categories") categories ??= line.records;
    else if (line.from > generation) continue;
    else if (line.kind === "image") images.set(line.id, [line.offset, line.size]);
    else {
      const own = annotations.get(line.imageId);
      if (own) own.push([line.id, line.offset, line.size]);
      else annotations.set(line.imageId, [[line.id, line.offset, line.size]]);
    }
  }
  return { images, annotations, restored, categories };
}
