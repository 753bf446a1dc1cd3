import type { DatasetView } from "../format.ts";
import type { PlannedClass } from "../../model/planned_class.ts";
import { readRange } from "../../io/range_file.ts";
import { asObject, parseLoose, textOfRange } from "../json/loose.ts";

/** Classes of a project. */
export interface Meta {
  readonly classes: readonly PlannedClass[];
  /** Ids of the points of each class of graphs, in the order of its keypoints. */
  readonly nodes: ReadonlyMap<string, readonly string[]>;
}

/** A project file larger than this is not read (bytes). */
const LARGEST = 64 << 20;

/**
 * Reads a `meta.json`.
 *
 * @param head What its beginning holds, in case it cannot be parsed as a whole.
 * @param view Told if it cannot.
 */
export function readMeta(head: unknown, view: DatasetView, path: string): Meta {
  const file = view.open(path);
  const bytes = readRange(file, 0, LARGEST);
  file.close();
  const whole = asObject(parseLoose(textOfRange(bytes, bytes[0] === 0xef ? 3 : 0, bytes.length))?.value);
  if (!whole) {
    view.issue({
      code: "class-list-invalid",
      severity: "warning",
      path,
      message: `The list of classes "${path}" is not JSON; what could be read of it was used.`,
    });
  }
  const list = asObject(whole ?? head)?.classes;
  const classes: PlannedClass[] = [];
  const nodes = new Map<string, readonly string[]>();
  for (const value of Array.isArray(list) ? list : []) {
    const record = asObject(value);
    const name = typeof record?.title === "string" ? record.title.trim() : "";
    if (!record || name === "") continue;
    const extra: Record<string, unknown> = {};
    if (typeof record.color === "string") extra.color = record.color;
    const graph = readGraph(record.geometry_config);
    if (graph) {
      nodes.set(name, graph.ids);
      extra.keypoints = graph.keypoints;
      extra.skeleton = graph.skeleton;
    }
    classes.push(Object.keys(extra).length > 0 ? { name, extra } : { name });
  }
  return { classes, nodes };
}

/** Points and edges of a class of graphs; names of points are their labels. */
function readGraph(
  config: unknown,
): { ids: string[]; keypoints: string[]; skeleton: [number, number][] } | undefined {
  const graph = asObject(config);
  const points = asObject(graph?.nodes);
  if (!points) return undefined;
  const ids = Object.keys(points);
  const keypoints = ids.map((id) => {
    const label = asObject(points[id])?.label;
    return typeof label === "string" && label !== "" ? label : id;
  });
  const skeleton: [number, number][] = [];
  for (const value of Array.isArray(graph!.edges) ? graph!.edges : []) {
    const edge = asObject(value);
    const from = ids.indexOf(String(edge?.src ?? ""));
    const to = ids.indexOf(String(edge?.dst ?? ""));
    if (from >= 0 && to >= 0) skeleton.push([from + 1, to + 1]);
  }
  return { ids, keypoints, skeleton };
}
