import { existsSync } from "node:fs";
import { Annotations } from "../coco/annotations.ts";
import { openManifest } from "../manifest/reader.ts";
import { missingFile, resolveSet } from "../manifest/source_set.ts";
import { PackError } from "../model/issue.ts";
import { recover } from "../publish/publication.ts";
import { compareBytes } from "../tree/byte_order.ts";
import { type Base, openBase } from "./base.ts";
import type { AppendOptions, AppendReport, GenerationChange, MovedImage, RelabelledImage } from "./change.ts";
import { type Incoming, openIncoming } from "./grow_bundle.ts";
import { ImageLabels, type LabelPlace, labelText } from "./image_labels.ts";
import { entryNames, refuseTwins, takenNames } from "./names.ts";
import type { Born, Counts, Plan } from "./plan.ts";
import { publish } from "./publish.ts";
import { idAt } from "./write_annotations.ts";

/**
 * Makes a change the next generation of a set (docs/dataset_spec.md §4): appends the bytes of new frames to the bundle, what is
 * gone to the history, and writes annotation file and manifest anew. If nothing is different, nothing is written.
 *
 * An update that was cut short before is finished or undone first. Two writers at once are for the caller to keep apart.
 *
 * @param dir Folder of the set.
 * @throws {PackError} If there is no set, it cannot grow (exit code 2), the change names what is not there, the disk is full, or
 *   the signal ends it (exit code 130). The set is then as it was.
 */
export async function appendGeneration(
  dir: string,
  change: GenerationChange,
  options: AppendOptions = {},
): Promise<AppendReport> {
  recover(dir);
  const base = openBase(dir);
  try {
    return await appendTo(base, change, options);
  } finally {
    base.close();
  }
}

/**
 * As {@link appendGeneration}, of a set that is open already; it has to be closed afterwards.
 *
 * @param base The current generation, opened after updates that were cut short were finished or undone.
 */
export async function appendTo(
  base: Base,
  change: GenerationChange,
  options: AppendOptions = {},
): Promise<AppendReport> {
  const opened: { close(): void }[] = [];
  try {
    let incoming: Incoming | undefined;
    let incomingLabels: Annotations | undefined;
    if (change.incoming !== undefined) {
      const files = resolveSet(change.incoming);
      const manifest = openManifest(files.manifest);
      opened.push(manifest);
      const { bundle, annotations } = manifest.header;
      if (!existsSync(files.file(bundle.file))) throw missingFile(change.incoming, bundle.file);
      incoming = openIncoming(manifest, files.file(bundle.file));
      opened.push(incoming.bundle);
      refuseUnfit(base, incoming, change.incoming);
      if (annotations) {
        incomingLabels = new Annotations(files.file(annotations.file), manifest.length);
        opened.push(incomingLabels);
      }
    }
    let relabelled: Annotations | undefined;
    if (base.coco && change.annotations !== undefined && change.relabelled?.size) {
      relabelled = Annotations.alone(change.annotations);
      opened.push(relabelled);
    }
    const labels = new ImageLabels(
      { now: base.coco, incoming: base.coco && incomingLabels, relabelled },
      base.manifest.header.annotations?.first_category ?? 1,
    );
    const plan = planOf(base, change, incoming, labels);
    if (!plan) return unchanged(base);
    const taken = takenNames(plan);
    refuseTwins(plan, taken);
    return await publish(plan, incoming, entryNames(plan, taken), options);
  } finally {
    for (const file of opened) file.close();
  }
}

/** What the change comes to; undefined if nothing is different. */
function planOf(
  base: Base,
  { replaces = new Map(), removed = new Set(), moved = new Map(), relabelled = new Map() }: GenerationChange,
  incoming: Incoming | undefined,
  labels: ImageLabels,
): Plan | undefined {
  const { manifest, current, coco } = base;
  const newClasses = coco?.categoryTexts().join() !== (coco && labels.categories.join());
  const isSame = !incoming && removed.size + moved.size + relabelled.size === 0;
  if (isSame && !newClasses) return undefined;
  const lines = positionsOf(base);
  const counts: Counts = { added: 0, changed: 0, moved: 0, removed: removed.size, relabelled: 0 };
  const born: Born[] = [];
  const others = new Map<number, LabelPlace>();
  let nextImage = current.next_image;
  const index = manifest.index();

  for (const position of removed) lines.end(position);
  for (const { index: frame, file_name: name } of incoming?.manifest.records() ?? []) {
    const before = replaces.get(frame);
    if (before === undefined) counts.added++;
    else {
      counts.changed++;
      lines.end(before);
    }
    const id = before === undefined ? nextImage++ : idAt(index, before);
    born.push({ name, id, incoming: frame, before });
  }
  for (const position of [...new Set([...moved.keys(), ...relabelled.keys()])].sort((a, b) => a - b)) {
    const relabel = coco && relabelled.get(position);
    const next = nextLife(base, position, moved.get(position), relabel, labels);
    if (next.moves) counts.moved++;
    if (next.relabels) counts.relabelled++;
    if (next.life) {
      lines.end(position);
      born.push(next.life);
    } else if (next.place) others.set(position, next.place);
  }
  if (born.length === 0 && removed.size === 0 && others.size === 0 && !newClasses) return undefined;
  born.sort((a, b) => compareBytes(a.name, b.name));
  const generation = current.generation + 1;
  return { base, generation, ended: lines.ended, born, relabelled: others, labels, nextImage, counts };
}

/** Marks lines whose lives end, each only once. */
function positionsOf({ manifest }: Base): { ended: Uint8Array; end(position: number): void } {
  const ended = new Uint8Array(manifest.lines().length);
  const positions = manifest.positions();
  return {
    ended,
    end(position) {
      if (!(Number.isInteger(position) && position >= 0 && position < manifest.length)) {
        throw new RangeError(
          `There is no image ${position}: the set has ${manifest.length}, counted from 0.`,
        );
      }
      const line = positions?.[position] ?? position;
      if (ended[line]) throw new RangeError(`Image ${position} is named twice in one change.`);
      ended[line] = 1;
    },
  };
}

/** What becomes of an image whose bytes are the same: a new life, other annotations, or nothing. */
function nextLife(
  { manifest }: Base,
  position: number,
  move: MovedImage = {},
  relabel: RelabelledImage | undefined,
  labels: ImageLabels,
): { life?: Born; place?: LabelPlace; moves: boolean; relabels: boolean } {
  const old = manifest.record(position);
  const id = idAt(manifest.index(), position);
  const { fileName: name = old.file_name, split } = move;
  const file = relabel?.labels === undefined ? move.labels : relabel.labels;
  const moves = name !== old.file_name || differs(split, old.split);
  let place: LabelPlace = { before: position };
  let newLabels = false, newAnnotations = false;
  if (relabel) {
    const wanted: LabelPlace = { relabelled: relabel.frame, before: position };
    newLabels = labelText(labels.image(wanted)) !== labelText(labels.image(place));
    const { gone, fresh } = labels.annotations(wanted, id, { annotation: 1 });
    newAnnotations = gone.length > 0 || fresh > 0;
    if (newLabels || newAnnotations) place = wanted;
  }
  const newFile = differs(file, old.labels);
  const life = moves || newLabels || newFile
    ? { ...place, name, id, line: old.index, split, labels: file }
    : undefined;
  const relabels = newLabels || newAnnotations || (newFile && !moves);
  return { life, place: newAnnotations ? place : undefined, moves, relabels };
}

const differs = (wanted: string | null | undefined, before: string | undefined) =>
  wanted !== undefined && (wanted ?? undefined) !== before;

/** A set with new images has to be of a kind that can become part of the other. */
function refuseUnfit({ manifest, container }: Base, incoming: Incoming, dir: string): void {
  const { header } = incoming.manifest;
  const refuse = (cause: string) => {
    throw new PackError(
      `The images in "${dir}" cannot be appended: ${cause}.`,
      "Pack them as the set was packed, which they are to be appended to.",
    );
  };
  if (header.generation !== undefined) refuse("the set has more than one generation");
  if (header.bundle.media === "video") refuse("its bundle is a compressed video");
  if (manifest.header.annotations && !header.annotations) refuse("it has no annotation file");
  for (const { method, codec, size, file_name } of incoming.manifest.records()) {
    if (method === "deflate" && container.media !== "zip") {
      refuse(`"${file_name}" is deflated, which only a zip can hold`);
    }
    const cause = container.refusal?.(codec, size);
    if (cause !== undefined) refuse(`"${file_name}" ${cause}`);
  }
}

function unchanged({ manifest, current, coco }: Base): AppendReport {
  const { images, annotations, bundle: { size } } = current;
  const counts = { added: 0, changed: 0, moved: 0, removed: 0, relabelled: 0 };
  return {
    generation: manifest.current,
    written: false,
    images,
    annotations,
    categories: coco?.categories.map(({ name }) => name) ?? [],
    ...counts,
    appended: 0,
    size,
  };
}
