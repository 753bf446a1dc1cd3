/** Prints the seconds that opening a set and reading its first image takes. */
import process from "node:process";
import { openDataset } from "../../mod.ts";

const start = performance.now();
using dataset = await openDataset(process.argv[2]);
dataset.bytes(0);
console.log((performance.now() - start) / 1000);
