import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";
import { heavy, runOk, testWith } from "../tools.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
/** At so many a second, encoding and proving them takes far longer than the time between two reports of progress. */
const IMAGES = 60, RATE = 30;
const FILES = ["frame_manifest.json", "media_bundle.mp4", "unified_annotation.json"];
/** Random moments for each signal. */
const MOMENTS = 20;

/** When a run is ended. */
interface Moment {
  readonly phase: "encode" | "prove";
  /** Milliseconds after the first image of the phase. */
  readonly after: number;
  /** An old set is replaced. */
  readonly replaces: boolean;
}

const moments: readonly Moment[] = heavy
  ? Array.from({ length: MOMENTS }, (_, i) => ({
    phase: i % 2 ? "prove" : "encode",
    after: Math.random() * 1000 * IMAGES / RATE,
    replaces: i % 4 < 2,
  }))
  : [{ phase: "encode", after: 0, replaces: false }, { phase: "prove", after: 0, replaces: true }];

function makeImages(folder: string, source: string, count: number): void {
  mkdirSync(folder);
  const args = [
    "-v",
    "error",
    "-f",
    "lavfi",
    "-i",
    `${source}=size=160x120:rate=10`,
    "-frames:v",
    `${count}`,
  ];
  runOk(["ffmpeg", ...args, join(folder, "%04d.jpg")]);
}

/**
 * Writes an ffmpeg that holds a lock on a file for as long as it runs, whoever its parent is, and that reads pictures no faster
 * than they are shown, so that a few of them take a while.
 */
function lockingFfmpeg(folder: string, lock: string): string {
  const path = join(folder, "locking-ffmpeg");
  writeFileSync(lock, "");
  writeFileSync(
    path,
    `#!/bin/sh\nexec 9<"${lock}"\nflock -s 9\ncase "$*" in *" -i "*) set -- -readrate 1 "$@" ;; esac\nexec ffmpeg "$@"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

const command = (...args: string[]) => ["run", "-A", "--no-check", MAIN, ...args];

/** Starts packing and ends it at the moment; returns how the process ended. */
async function endAt(
  { phase, after }: Moment,
  signal: "SIGKILL" | "SIGINT",
  args: readonly string[],
): Promise<{ code: number | null; signal: string | null }> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  const exit = once(child, "exit");
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const line of createInterface(child.stderr)) {
    if (timer !== undefined || !line.includes(`"phase":"${phase}"`)) continue;
    // Not child.kill: the runtime would then tell the signal as the end, whatever the end was.
    timer = setTimeout(() => process.kill(child.pid!, signal), after);
  }
  const [code, ended] = await exit;
  clearTimeout(timer);
  return { code, signal: ended };
}

for (const signal of ["SIGKILL", "SIGINT"] as const) {
  testWith(
    process.platform === "win32" ? ["no Windows"] : ["encoder:libx264", "flock"],
    `${signal} while a video is encoded and while it is proven, ${moments.length} times: no ffmpeg survives, an old set is whole, and the next run leaves nothing partial`,
    async () => {
      using temp = tempDir();
      const folder = (name: string) => join(temp.path, name);
      makeImages(folder("data"), "testsrc2", IMAGES);
      makeImages(folder("before"), "testsrc", 3);
      const lock = folder("lock");
      const ffmpeg = lockingFfmpeg(temp.path, lock);
      const packing = (data: string, output: string) =>
        command(
          ...["run", folder(data), "--output", output, "--overwrite", "--codec", "h264", "--fps", `${RATE}`],
          ...["--ffmpeg", ffmpeg, "--json"],
        );
      runOk([process.execPath, ...packing("before", folder("old"))]);
      const manifest = (set: string) => readFileSync(join(set, "frame_manifest.json"), "utf8");

      let hit = 0;
      for (const [i, moment] of moments.entries()) {
        const output = folder(`set-${i}`);
        if (moment.replaces) cpSync(folder("old"), output, { recursive: true });
        const ended = await endAt(moment, signal, packing("data", output));
        if (ended.code === 0) continue;
        hit++;
        if (signal === "SIGINT") {
          assert.deepEqual(ended, { code: 130, signal: null });
          // Every ffmpeg had ended before the run did: the lock is free at once.
          runOk(["flock", "--exclusive", "--nonblock", lock, "true"]);
          assert.deepEqual(
            existsSync(output) ? readdirSync(output).sort() : [],
            moment.replaces ? FILES : [],
          );
        } else {
          assert.deepEqual(ended, { code: null, signal });
          // Nobody is left to end them: they do when their pipes are closed. The limit keeps a failure from hanging.
          runOk(["flock", "--exclusive", "--timeout", "120", lock, "true"]);
        }
        if (moment.replaces) {
          const { problems, frames } = await verify(output, { deep: true });
          assert.deepEqual(problems, []);
          // At the very end, the new set may be there already.
          if (frames !== IMAGES) assert.equal(manifest(output), manifest(folder("old")));
        }
        runOk([process.execPath, ...packing("before", output)]);
        assert.deepEqual(readdirSync(output).sort(), FILES);
        assert.equal(manifest(output), manifest(folder("old")));
      }
      assert.ok(hit >= moments.length / 2, `only ${hit} runs were hit`);
    },
  );
}
