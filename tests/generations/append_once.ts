/** Adds or removes the images of a set, or rolls back, and tells how far it is, to be killed at any moment. */
import { openDataset } from "../../src/dataset/open.ts";
import { appendGeneration } from "../../src/generations/append.ts";
import { rollback } from "../../src/generations/rollback.ts";
import { recover } from "../../src/publish/publication.ts";

const [dir, incoming] = Deno.args;
const out = new TextEncoder().encode(".\n");
const tell = () => void Deno.stdout.writeSync(out);
tell();
recover(dir);
const { generation, positions } = await (async () => {
  using dataset = await openDataset(dir);
  const found: number[] = [];
  for await (const image of dataset) if (image.file_name.includes("new_")) found.push(image.index);
  return { generation: dataset.generation, positions: found };
})();
if (positions.length === 0) {
  await appendGeneration(dir, { incoming, removed: new Set([0]) }, { onProgress: tell });
} else if (generation % 3 === 0) await rollback(dir, generation - 1, { onProgress: tell });
else await appendGeneration(dir, { removed: new Set(positions) }, { onProgress: tell });
