import { SetLock } from "../publish/lock.ts";
import { openManifest } from "../manifest/reader.ts";
import { resolveSet } from "../manifest/source_set.ts";
import { PackError } from "../model/issue.ts";
import { recover } from "../publish/publication.ts";
import { compareBytes } from "../tree/byte_order.ts";
import { type Base, openBase } from "./base.ts";
import type { AppendOptions, AppendReport } from "./change.ts";
import { ImageLabels, type LabelPlace } from "./image_labels.ts";
import { openPast } from "./open_annotations.ts";
import type { PastAnnotations } from "./past_annotations.ts";
import type { Born, Counts, Plan } from "./plan.ts";
import { publish } from "./publish.ts";
import { idAt } from "./write_annotations.ts";

/**
 * Makes an earlier generation the next one: the same images under the same names, with the same ids and annotations. Nothing is
 * forgotten, and categories that came since stay. A directory is all that is written into the bundle.
 *
 * @param dir Folder of the set.
 * @param to Number of the generation to bring back.
 * @throws {PackError} As {@link appendGeneration}; with exit code 2 if there is no such generation, or it is the current one;
 *   if another process is writing to the set.
 */
export async function rollback(dir: string, to: number, options: AppendOptions = {}): Promise<AppendReport> {
  resolveSet(dir);
  using _lock = new SetLock(dir);
  recover(dir);
  const base = openBase(dir);
  const opened: { close(): void }[] = [base];
  try {
    if (to === base.current.generation) {
      throw new PackError(`Generation ${to} is the current one.`, "See the others with `history`.", 2);
    }
    const then = openManifest(base.files.manifest, { at: to });
    opened.push(then);
    let past: PastAnnotations | undefined;
    if (base.coco) {
      past = openPast(base.files, then, base.coco.path, base.manifest.header.history);
      opened.push(past);
    }
    const first = base.manifest.header.annotations?.first_category ?? 1;
    const labels = new ImageLabels({ now: base.coco, past }, first);
    return await publish(
      planOf(base, then, past, labels, to),
      undefined,
      ({ file_name }) => file_name,
      options,
    );
  } finally {
    for (const file of opened) file.close();
  }
}

function planOf(
  base: Base,
  then: ReturnType<typeof openManifest>,
  past: PastAnnotations | undefined,
  labels: ImageLabels,
  restores: number,
): Plan {
  const { manifest, current } = base;
  const { length } = manifest.lines();
  const counts: Counts = { added: 0, changed: 0, moved: 0, removed: 0, relabelled: 0 };
  const ended = new Uint8Array(length);
  const born: Born[] = [];
  const relabelled = new Map<number, LabelPlace>();
  const others = past?.imagesWithOthers() ?? new Set<number>();
  const index = manifest.index();
  const { frames } = manifest.lines();
  const linesNow = manifest.positions(), linesThen = then.positions();

  for (let position = 0; position < manifest.length; position++) {
    const line = linesNow?.[position] ?? position;
    const at = then.positionOf(line);
    const id = idAt(index, position);
    if (at === undefined) {
      ended[line] = 1;
      if (then.positionOfId(id) === undefined) counts.removed++;
    } else if (others.has(id)) {
      relabelled.set(position, { past: at, before: position });
      counts.relabelled++;
    }
  }
  for (let position = 0; position < then.length; position++) {
    const line = linesThen?.[position] ?? position;
    if (manifest.positionOf(line) !== undefined) continue;
    const id = idAt(then.index(), position);
    const before = manifest.positionOfId(id);
    const { file_name: name } = then.record(position);
    born.push({ name, id, line, past: past && position, before });
    if (before === undefined) counts.added++;
    else if (frames![linesNow?.[before] ?? before] === frames![line]) counts.moved++;
    else counts.changed++;
  }
  born.sort((a, b) => compareBytes(a.name, b.name));
  return {
    ...{ base, generation: current.generation + 1, ended, born, relabelled, labels, counts, restores },
    nextImage: current.next_image,
  };
}
