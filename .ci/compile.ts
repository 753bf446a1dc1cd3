/**
 * Compiles standalone executables into dist/, for all targets or those named: `deno task compile x86_64-unknown-linux-gnu`.
 *
 * An executable may read and write files anywhere, since nobody can know the folders it will be used on, and may load the
 * native image encoder that placeholder frames need. Network, other programs and the rest of the environment stay closed
 * to it, and it never asks.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import process from "node:process";

const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
];

// Workers are started by URL, which the compiler cannot follow; nor does it see the import of the commands.
const workers = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => /(^|[\\/_])worker\.ts$/.test(name))
  .map((name) => `src/${name}`);

mkdirSync("dist", { recursive: true });
for (const target of process.argv.length > 2 ? process.argv.slice(2) : TARGETS) {
  const { status } = spawnSync(process.execPath, [
    "compile",
    "--no-prompt",
    "--allow-read",
    "--allow-write",
    "--allow-ffi",
    "--allow-env=IMAGESCRIPT_WASM_SIMD",
    ...[...workers, "src/cli/application.ts", "fixtures/sample"].flatMap((path) => ["--include", path]),
    "--target",
    target,
    "--output",
    `dist/compact-uploader-${target}`,
    "main.ts",
  ], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
