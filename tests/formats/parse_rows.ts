import type { Issue } from "../../src/model/issue.ts";
import type { ParsedLabels } from "../../src/model/annotation.ts";
import type { YoloSettings } from "../../src/formats/yolo/parse.ts";
import { parseYolo } from "../../src/formats/yolo/parse.ts";

/** Parses for a 100 × 80 image; classes beyond the list get local numbers from 100 on. */
export function parseRows(
  content: string | Uint8Array,
  settings: YoloSettings = { names: ["cat", "dog"] },
): ParsedLabels & { issues: Omit<Issue, "path">[]; named: string[] } {
  const issues: Omit<Issue, "path">[] = [];
  const named: string[] = [];
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const parsed = parseYolo(bytes, {
    path: "a.txt",
    image: "a.jpg",
    file: () => undefined,
    width: 100,
    height: 80,
    settings,
    declared: settings.names.length,
    category(name) {
      if (!named.includes(name)) named.push(name);
      return 100 + named.indexOf(name);
    },
    issue: (issue) => issues.push(issue),
  });
  return { ...parsed, issues, named };
}
