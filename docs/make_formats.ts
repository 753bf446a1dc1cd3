/** Writes docs/formats.md from the format table: `deno task docs`. */
import { writeFileSync } from "node:fs";
import type { FormatEntry } from "../src/formats/format.ts";
import type { Capability } from "../src/formats/capabilities.ts";
import { formats } from "../src/formats/table.ts";

/** Columns of the matrix, and what their heads mean. */
const CAPABILITIES: Readonly<Record<Capability, string>> = {
  boxes: "axis-aligned boxes",
  polygons: "one outline for each object",
  parts: "several outlines for one object",
  masks: "pixels, so holes too",
  keypoints: "named points of an object",
  rotation: "turned boxes",
  tracks: "the same object in several frames",
  crowds: "regions that stand for a group",
  tags: "classes or words of a whole image",
  attributes: "what else is said of an object",
  scores: "how sure a detector is",
  splits: "train, val, test",
  sizes: "width and height of the images",
  background: "images without objects",
};

/** The page as text. */
export function formatsPage(): string {
  const capabilities = Object.keys(CAPABILITIES) as Capability[];
  const head = ["format", ...capabilities];
  const rows = formats.map((format) => [
    `[${format.name}](#${format.name})`,
    ...capabilities.map((capability) => cell(format, capability)),
  ]);
  const legend = capabilities.map((capability) => `**${capability}**: ${CAPABILITIES[capability]}`).join(
    " · ",
  );
  return `# Label formats

${formats.filter(({ read }) => read).length} formats are read, ${
    formats.filter(({ write }) => write).length
  } are written. Which one a dataset is in is found out by itself; \`--format NAME\` forces one.
\`convert IN --to NAME\` and \`extract OUT DIR --labels-as NAME\` write one. What a format cannot hold is told before anything is
written, and nothing is lost without \`--allow-loss\`.

Made from \`src/formats/table.ts\` by \`deno task docs\`.

## What each carries

\`in\`: read · \`out\`: written · \`both\`: read and written.

${legend}

${[head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n")}

${formats.map(section).join("\n")}`;
}

function cell({ read, write }: FormatEntry, capability: Capability): string {
  const reads = read?.carries.includes(capability);
  const writes = write?.carries.includes(capability);
  return reads && writes ? "both" : reads ? "in" : writes ? "out" : "";
}

function section({ name, title, about, example, read, write }: FormatEntry): string {
  const ways = [read && "read", write && "written"].filter(Boolean).join(" and ");
  return `## ${name}\n\n${title}. Is ${ways}.\n\n${about}\n\n${tree(example)}`;
}

/** The files of an example: those without text by name only. */
function tree(example: FormatEntry["example"]): string {
  const files = Object.entries(example);
  const bare = files.filter(([, content]) => content === "").map(([path]) => `\`${path}\``);
  const texts = files.filter(([, content]) => content !== "");
  const names = bare.length > 0 ? `Files: ${bare.join(" · ")}${texts.length > 0 ? ", and" : ""}\n` : "";
  const shown = texts.map(([path, content]) => `\`${path}\`:\n\n\`\`\`\n${content}\`\`\`\n`);
  return [names, ...shown].filter((part) => part !== "").join("\n");
}

if (import.meta.main) writeFileSync(new URL("formats.md", import.meta.url), formatsPage());
