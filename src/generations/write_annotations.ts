import { COCO_MIDDLE, cocoEnd, cocoHead } from "../coco/lines.ts";
import type { Copier } from "../io/copy/copier.ts";
import type { FrameIndex } from "../manifest/frame_index.ts";
import { changedCategories, goneAnnotation, goneImage, idRanges, restoredAnnotations } from "./history.ts";
import { idOf, type ImageRecord, imageText, type LabelPlace } from "./image_labels.ts";
import type { Born, Plan } from "./plan.ts";
import { type CopyingSink, LineCopier } from "./record_writer.ts";

const encoder = new TextEncoder();

/** What the annotation file of the next generation will be. */
export interface WrittenAnnotations {
  /** Bytes. */
  readonly size: number;
  /** How many annotations there are. */
  readonly annotations: number;
  readonly nextAnnotation: number;
}

/** Where the bytes of lives that begin are, as their frame lines say. */
export type PlaceOf = (born: Born, line: number) => Pick<ImageRecord, string>;

/**
 * Writes the annotation file of the next generation in one pass: lines of images that go on as they are copied as bytes. What
 * is gone goes to the history.
 *
 * @param copier Writes the file, maybe while the caller goes on; its only source is the present one.
 * @param history Text for the history file.
 * @param placeOf Gives the keys of an image record that tell what the image is and where it lies.
 * @param breathe Called now and then; what it throws ends the work.
 */
export async function writeAnnotations(
  plan: Plan,
  copier: Copier,
  history: (text: string) => void,
  placeOf: PlaceOf,
  breathe: (bytes: number) => Promise<void>,
): Promise<WrittenAnnotations> {
  const { base, generation, ended, born, relabelled, labels } = plan;
  const coco = base.coco!;
  const { file } = coco;
  const { images, annotations } = coco.index();
  const positions = base.manifest.positions();
  const lineOf = (position: number) => positions?.[position] ?? position;
  const index = base.manifest.index();
  const { length } = base.manifest;
  const next = { annotation: base.current.next_annotation };
  let count = base.current.annotations;
  const restored: number[] = [];
  const gone = (text: string) => {
    history(goneAnnotation(generation, base.annotationSince(idOf(text)), text));
    count--;
  };
  /** Positions whose images go on in a life that begins. */
  const continued = new Set(born.flatMap(({ before }) => before === undefined ? [] : [before]));
  tellCategories(plan, history);

  const out = new CopierSink(copier);
  const breath = async () => {
    await copier.room();
    await breathe(out.position - copier.left);
  };
  out.text(cocoHead(coco.licenses()));
  const records = new LineCopier(out, file);
  for (const [first, end] of runs(length, (position) => !ended[lineOf(position)])) {
    records.lines(images[first], images[end]);
    await breath();
  }
  for (let i = 0; i < born.length; i++) {
    const place = placeOf(born[i], base.manifest.footer.frames + i);
    records.text(imageText({ ...place, id: born[i].id, file_name: born[i].name }, labels.image(born[i])));
  }
  out.text(COCO_MIDDLE);

  const lines = new LineCopier(out, file);
  const put = (place: LabelPlace, id: number) => {
    const outcome = labels.annotations(place, id, next);
    outcome.gone.forEach(gone);
    restored.push(...outcome.restored);
    count += outcome.fresh + outcome.restored.length;
    for (const text of outcome.records) lines.text(text);
  };
  const asBefore = (position: number) => !ended[lineOf(position)] && !relabelled.has(position);
  const others = async (position: number) => {
    const place = relabelled.get(position);
    if (place) return put(place, idAt(index, position));
    history(goneImage(generation, base.bornIn(lineOf(position)), coco.imageText(position)));
    // What goes on in another life is told there.
    if (!continued.has(position)) coco.textsOf(position).forEach(gone);
    if (position % 1024 === 0) await breath();
  };
  let done = 0;
  for (const [first, end] of runs(length, asBefore)) {
    for (; done < first; done++) await others(done);
    lines.lines(annotations[first], annotations[end]);
    done = end;
    await breath();
  }
  for (; done < length; done++) await others(done);
  for (const life of born) {
    put(life, life.id);
    if (life.id % 1024 === 0) await breath();
  }
  const ranges = idRanges(restored);
  if (ranges.length > 0) history(restoredAnnotations(generation, ranges));
  out.text(cocoEnd(labels.categories));
  return {
    size: out.position,
    annotations: count,
    nextAnnotation: next.annotation,
  };
}

/** Writes through a copier, whose first source is the file there was before. */
class CopierSink implements CopyingSink {
  position = 0;

  constructor(readonly copier: Copier) {}

  write(bytes: Uint8Array): void {
    this.copier.put(bytes);
    this.position += bytes.length;
  }

  text(text: string): void {
    this.write(encoder.encode(text));
  }

  copy(start: number, end: number): void {
    this.copier.copy(0, start, end - start);
    this.position += end - start;
  }
}

/** Id of the image at a position. */
export const idAt = ({ ids }: FrameIndex, position: number): number => ids?.[position] ?? position + 1;

/** Tells the history how categories were that are no longer so. */
function tellCategories({ base, generation, labels }: Plan, history: (text: string) => void): void {
  const before = base.coco!.categoryTexts();
  if (before.some((text, i) => text !== labels.categories[i])) history(changedCategories(generation, before));
}

/** Longest runs of positions below `length` that have a quality, as first and the one after the last. */
function* runs(length: number, has: (position: number) => boolean): Generator<[number, number]> {
  for (let first = 0; first < length;) {
    if (!has(first)) {
      first++;
      continue;
    }
    let end = first + 1;
    while (end < length && has(end)) end++;
    yield [first, end];
    first = end;
  }
}
