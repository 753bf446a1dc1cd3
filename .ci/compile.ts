/**
 * Compiles standalone executables into dist/, for all targets or those named: `deno task compile x86_64-unknown-linux-gnu`.
 *
 * An executable may read and write files anywhere, since nobody can know the folders it will be used on, and reach the
 * stores, with the credentials that the environment names. Of other programs it may start ffmpeg, ffprobe and az (whose
 * login Azure's chain of credentials ends with). It may load the native image encoder that placeholder frames need, and it
 * never asks.
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

/** What an executable may do. */
export const PERMISSIONS = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-sys",
  "--allow-run=ffmpeg,ffprobe,az",
  "--allow-ffi",
];

if (import.meta.main) compile(process.argv.length > 2 ? process.argv.slice(2) : TARGETS);

function compile(targets: readonly string[]): void {
  // Workers are started by URL, which the compiler cannot follow; nor does it see the imports of what is named here.
  const workers = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((name) => /(^|[\\/_])worker\.ts$/.test(name))
    .map((name) => `src/${name}`);
  const included = [
    ...workers,
    "src/cli/application.ts",
    "src/store/azure/identity.ts",
    "src/store/s3/provider_chain.ts",
    "fixtures/sample",
  ];
  mkdirSync("dist", { recursive: true });
  for (const target of targets) {
    const { status } = spawnSync(process.execPath, [
      "compile",
      ...PERMISSIONS,
      ...included.flatMap((path) => ["--include", path]),
      "--target",
      target,
      "--output",
      `dist/compact-uploader-${target}`,
      "main.ts",
    ], { stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }
}
