/** Lists a dataset with size and times of every file: the part of an update that no design can save. */
import process from "node:process";
import { fileStatus } from "../../src/io/runtime.ts";
import { walk } from "../../src/tree/walk.ts";

const root = process.argv[2];
const tree = await walk(root, { issue: () => {} });
let bytes = 0;
for (const path of tree.paths()) bytes += fileStatus(`${root}/${path}`).size;
console.log(tree.fileCount, bytes);
