import type { DatasetView } from "../format.ts";
import type { PlannedClass } from "../../model/planned_class.ts";
import { decodeText } from "../text.ts";
import type { Pose } from "./data_yaml.ts";
import type { YoloSettings } from "./parse.ts";

/** Classes of a YOLO dataset: what the plan declares, and what the parser needs. */
export interface ClassList {
  readonly classes: readonly PlannedClass[];
  readonly settings: YoloSettings;
}

/**
 * Turns the names of a list into classes: gaps become `class_N`, blanks around names go, equal names become one class.
 *
 * @param names By class number; undefined or blank where there is none.
 * @param source File the names are from, for issues.
 */
export function toClassList(
  view: DatasetView,
  names: readonly (string | undefined)[],
  source: string,
  pose?: Pose,
): ClassList {
  const full = names.map((name, id) => name?.trim() || `class_${id}`);
  const gaps = full.flatMap((_, id) => names[id]?.trim() ? [] : [id]);
  if (gaps.length > 0) {
    const first = gaps.slice(0, 10).join(", ") + (gaps.length > 10 ? ", …" : "");
    warn(view, "class-list-gap", source, `"${source}" names no class ${first}: such classes become class_N.`);
  }
  const unique = [...new Set(full)];
  if (unique.length < full.length) {
    const seen = new Set<string>();
    const twin = full.find((name) => seen.size === seen.add(name).size);
    warn(
      view,
      "class-name-duplicate",
      source,
      `"${source}" names "${twin}" twice: equal names become one class.`,
    );
  }
  const numbers = new Map(unique.map((name, i) => [name, i]));
  return {
    classes: unique.map((name) => pose ? { name, extra: keypointsOf(pose, full.indexOf(name)) } : { name }),
    settings: {
      names: full,
      localOf: unique.length < full.length ? full.map((name) => numbers.get(name)!) : undefined,
      keypoints: pose?.shape,
    },
  };
}

/** What COCO says of the key points of a class. */
function keypointsOf({ shape: [count], names, skeleton }: Pose, id: number): Record<string, unknown> {
  const own = names instanceof Map ? names.get(id) : names as readonly string[] | undefined;
  return { keypoints: Array.from({ length: count }, (_, i) => own?.[i] ?? `kpt${i}`), skeleton };
}

/** Names, one a line; trailing blank lines do not count. */
export function namesOfLines(bytes: Uint8Array): string[] {
  const lines = decodeText(bytes).text.split(/\r\n|\n|\r/).map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

function warn(view: DatasetView, code: string, path: string, message: string): void {
  view.issue({
    code,
    severity: "warning",
    path,
    message,
    suggestion: "Name every class once, from number 0 on.",
  });
}
