/** Writes docs/issues.md from the catalogue of issue codes: `deno task docs`. */
import { writeFileSync } from "node:fs";
import { catalogue } from "../src/model/catalogue.ts";

/** The page as text. */
export function issuesPage(): string {
  const sections = Object.entries(catalogue).map(([code, { title, remedy }]) =>
    `## ${code}\n\n${title}.\n\n**What to do:** ${remedy}\n`
  );
  return `# Issue codes

What the tool may find in a dataset. A code never changes its meaning, so scripts can compare it; \`rejects.jsonl\` and \`--json\`
carry it with the file, the line and a message about the case at hand.

Made from \`src/model/catalogue.ts\` by \`deno task docs\`.

${sections.join("\n")}`;
}

if (import.meta.main) writeFileSync(new URL("issues.md", import.meta.url), issuesPage());
