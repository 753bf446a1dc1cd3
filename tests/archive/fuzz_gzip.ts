/** Reads damaged gzip files; a program of its own, so that the folder for temporary files can be looked at afterwards. */
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "../property.ts";
import { mutated, survives, TAR } from "./damaged_archive.ts";

const folder = join(tmpdir(), "done");
mkdirSync(folder);
await fc.assert(
  fc.asyncProperty(mutated(gzipSync(TAR)), (bytes) => survives(folder, bytes, "data.tar.gz")),
  { numRuns: 300 },
);
