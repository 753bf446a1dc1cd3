import { contentOf, nextTag, XmlTag } from "./tags.ts";

/** What the `meta` element of a CVAT file tells (FORMATS §8). */
export interface CvatMeta {
  /** Labels in their order, without those that are parts of skeletons. */
  readonly labels: readonly CvatLabel[];
  /** Width and height of the frames of a video, px, by the id of its task; that of the only task by "" too. */
  readonly sizes: ReadonlyMap<string, readonly [width: number, height: number]>;
  /** Name of the video that was labelled, by the id of its task; that of the only one by "" too. */
  readonly sources: ReadonlyMap<string, string>;
}

export interface CvatLabel {
  readonly name: string;
  readonly color?: string;
  /** `input_type` of each attribute. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Of a skeleton: names of its points. */
  readonly keypoints?: readonly string[];
  /** Of a skeleton: pairs of numbers of points, from 1. */
  readonly skeleton?: readonly (readonly [number, number])[];
}

/** An element with what is in it; only made for `meta`, which is small. */
interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
  attribute(name: string): string | undefined;
}

/** Reads the `meta` element; what is damaged in it is left out. */
export function readMeta(bytes: Uint8Array): CvatMeta {
  const root = readElement(bytes);
  const all = [...descendants(root, "labels")].flatMap((list) => childrenOf(list, "label"));
  const labels = all.filter((label) => textOf(label, "parent") === "" && textOf(label, "name") !== "");
  const sizes = new Map<string, readonly [number, number]>();
  for (const size of descendants(root, "task")) {
    const original = size.children.find(({ name }) => name === "original_size");
    const width = Number(original && textOf(original, "width"));
    const height = Number(original && textOf(original, "height"));
    if (!(width > 0 && height > 0)) continue;
    sizes.set(textOf(size, "id"), [width, height]);
  }
  for (const size of descendants(root, "original_size")) {
    const [width, height] = [Number(textOf(size, "width")), Number(textOf(size, "height"))];
    if (width > 0 && height > 0 && sizes.size <= 1) sizes.set("", [width, height]);
  }
  return { labels: labels.map((label) => readLabel(label, all)), sizes, sources: readSources(root) };
}

function readSources(root: Element): Map<string, string> {
  const sources = new Map<string, string>();
  const all = [...descendants(root, "task"), ...descendants(root, "job"), root];
  for (const element of all) {
    const name = textOf(element, "source");
    if (name !== "") sources.set(textOf(element, "id"), name);
  }
  // Where there is one only, it stands beside the task, not in it.
  const [first] = [...descendants(root, "source")];
  if (first && sources.size <= 1 && first.text.trim() !== "") sources.set("", first.text.trim());
  return sources;
}

function readLabel(label: Element, all: readonly Element[]): CvatLabel {
  const name = textOf(label, "name");
  const attributes = new Map<string, string>();
  for (const list of childrenOf(label, "attributes")) {
    for (const each of childrenOf(list, "attribute")) {
      attributes.set(textOf(each, "name"), textOf(each, "input_type"));
    }
  }
  const read = { name, color: textOf(label, "color") || undefined, attributes };
  const keypoints = all.filter((other) => textOf(other, "parent") === name).map((part) =>
    textOf(part, "name")
  );
  if (keypoints.length === 0) return read;
  return { ...read, keypoints, skeleton: readEdges(label, keypoints) };
}

/** Edges as the drawing of a skeleton has them: circles are its points, lines join two of them. */
function readEdges(label: Element, keypoints: readonly string[]): [number, number][] {
  const edges: [number, number][] = [];
  for (const svg of childrenOf(label, "svg")) {
    const drawing = svg.children.length > 0
      ? svg
      : readElement(new TextEncoder().encode(`<svg>${svg.text}</svg>`));
    const numbers = new Map<string, number>();
    childrenOf(drawing, "circle").forEach((circle, i) => {
      const named = keypoints.indexOf(circle.attribute("data-label-name") ?? "");
      numbers.set(circle.attribute("data-node-id") ?? String(i + 1), (named < 0 ? i : named) + 1);
    });
    for (const line of childrenOf(drawing, "line")) {
      const from = numbers.get(line.attribute("data-node-from") ?? "");
      const to = numbers.get(line.attribute("data-node-to") ?? "");
      if (from && to && from <= keypoints.length && to <= keypoints.length) edges.push([from, to]);
    }
  }
  return edges;
}

/** Reads an element with all below it, as far as it is well-formed. */
function readElement(bytes: Uint8Array): Element {
  const top: Element = { name: "", children: [], text: "", attribute: () => undefined };
  const open: { element: Element; start: number }[] = [{ element: top, start: 0 }];
  for (let at = 0;;) {
    const tag = new XmlTag();
    at = nextTag(bytes, at, bytes.length, tag);
    if (at < 0) return top.children[0] ?? top;
    if (!tag.isClose) {
      const { name } = tag;
      const element = { name, children: [], text: "", attribute: (key: string) => tag.attribute(key) };
      open.at(-1)!.element.children.push(element);
      if (!tag.isEmpty) open.push({ element, start: at });
    } else if (open.length > 1) {
      const { element, start } = open.pop()!;
      if (element.children.length === 0) element.text = contentOf(bytes, start, tag.start);
    }
  }
}

function childrenOf(element: Element, name: string): Element[] {
  return element.children.filter((child) => child.name === name);
}

function* descendants(element: Element, name: string): Generator<Element> {
  for (const child of element.children) {
    if (child.name === name) yield child;
    yield* descendants(child, name);
  }
}

/** Text of the first child of that name; "" if there is none. */
function textOf(element: Element, name: string): string {
  return element.children.find((child) => child.name === name)?.text ?? "";
}
