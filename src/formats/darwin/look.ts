import { Buffer } from "node:buffer";
import type { DatasetView } from "../format.ts";
import { recordText } from "../json/image_records.ts";
import { asObject, parseLoose, textOfRange } from "../json/loose.ts";
import { scanJsonFile } from "../json/scan_file.ts";

/** What a file has to say before its annotations are read. */
type Root = Readonly<Record<string, unknown>>;

const SKELETON = Buffer.from('"skeleton"');
/** Files larger than this are not parsed as a whole. Bytes. */
const SMALL = 1 << 16;

/**
 * Looks into a JSON file for its item, and collects the keypoints of its skeletons.
 *
 * @param keypoints Names of the keypoints of each class, which grows.
 * @returns The root without its annotations; undefined for another kind of file. One that is damaged is told.
 */
export function look(view: DatasetView, path: string, keypoints: Map<string, string[]>): Root | undefined {
  const head = view.head(path, SMALL);
  const root = head.length < SMALL
    ? asObject(parseLoose(textOfRange(head, 0, head.length))?.value)
    : undefined;
  if (!root) return scan(view, path, keypoints);
  if (!Array.isArray(root.annotations)) return undefined;
  if (Buffer.from(head.buffer, head.byteOffset, head.length).includes(SKELETON)) {
    for (const annotation of root.annotations) collect(annotation, keypoints);
  }
  return root;
}

/** The same for a file that is too large to be parsed as a whole, or damaged. */
function scan(view: DatasetView, path: string, keypoints: Map<string, string[]>): Root | undefined {
  const root: Record<string, unknown> = {};
  let annotations = 0;
  const complete = scanJsonFile(view, path, { annotations: ["skeleton"], "*": [] }, (list, record) => {
    if (list === "*") {
      if (record.key === "item" || record.key === "image") {
        root[record.key] = parseLoose(recordText(record))?.value;
      }
      return;
    }
    annotations++;
    const { bytes, start, end } = record;
    if (Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).includes(SKELETON)) {
      collect(parseLoose(recordText(record))?.value, keypoints);
    }
  });
  return complete && annotations > 0 ? root : undefined;
}

function collect(value: unknown, keypoints: Map<string, string[]>): void {
  const annotation = asObject(value);
  if (typeof annotation?.name !== "string") return;
  const states = [annotation, ...Object.values(asObject(annotation.frames) ?? {})];
  for (const state of states) {
    const nodes = asObject(asObject(state)?.skeleton)?.nodes;
    if (!Array.isArray(nodes)) continue;
    const name = annotation.name.trim();
    const names = keypoints.get(name) ?? [];
    keypoints.set(name, names);
    for (const node of nodes) {
      const keypoint = String(asObject(node)?.name);
      if (!names.includes(keypoint)) names.push(keypoint);
    }
  }
}
