import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { tarBytes } from "../archive/tar_bytes.ts";
import { zipBytes } from "../archive/zip_bytes.ts";
import { writeTree, yoloFiles } from "../pack/small_dataset.ts";
import { join } from "node:path";
import { inFolder, permitted, SAMPLE, SOURCE } from "./program.ts";

/** A command, and the permissions it needs. */
interface Case {
  args: string[];
  /** Paths it reads, beside the program's own files. */
  read: string[];
  write: string[];
}

function attempt({ args, read, write }: Case, folder: string) {
  const flags = [
    ...(read.length > 0 ? [`--allow-read=${read.join(",")}`] : []),
    ...(write.length > 0 ? [`--allow-write=${write.join(",")}`] : []),
  ];
  return permitted(folder, flags, ...args);
}

Deno.test("each command runs with exactly the permissions it needs, and names the one that is missing", () =>
  inFolder((folder) => {
    const [data, many, out, back] = ["data", "many", "out", "back"].map((name) => join(folder, name));
    cpSync(SAMPLE, data, { recursive: true });
    writeTree(many, yoloFiles(80));
    const [zip, tgz] = ["data.zip", "data.tgz"].map((name) => join(folder, name));
    const members = Object.entries(yoloFiles(3)).map(([name, data]) => ({ name, data }));
    writeFileSync(zip, zipBytes(members));
    writeFileSync(tgz, gzipSync(tarBytes(members)));
    const cases: Case[] = [
      { args: ["inspect", zip], read: [zip], write: [] },
      { args: ["run", zip, "--output", out, "--overwrite"], read: [zip, out], write: [out] },
      { args: ["run", tgz, "--output", out, "--overwrite"], read: [tgz, out], write: [out] },
      { args: ["inspect", data], read: [data], write: [] },
      { args: ["run", data, "--output", out, "--overwrite"], read: [data, out], write: [out] },
      { args: ["run", many, "--output", out, "--overwrite"], read: [many, out], write: [out] },
      { args: ["verify", out, "--workers", "2"], read: [out], write: [] },
      { args: ["verify", out, "--workers", "1"], read: [out], write: [] },
      { args: ["extract", out, back, "--overwrite"], read: [out, back], write: [back] },
    ];
    for (const each of cases) {
      // Commands load from there when they are called, and so do threads.
      each.read.push(SOURCE);
      const full = attempt(each, folder);
      assert.equal(full.code, 0, full.stderr);
      for (const path of each.read) {
        const { code, stderr } = attempt(
          { ...each, read: each.read.filter((other) => other !== path) },
          folder,
        );
        assert.equal(code, 1, `${each.args[0]} without reading ${path}`);
        assert.match(stderr, new RegExp(`\\nAdd --allow-read=${path}(/\\S+)? to "deno run"\\.\\n$`));
      }
      for (const path of each.write) {
        const { code, stderr } = attempt({ ...each, write: [] }, folder);
        assert.equal(code, 1);
        assert.match(stderr, new RegExp(`\\nAdd --allow-write=${path}(/\\S+)? to "deno run"\\.\\n$`));
      }
    }
  }));
