/** What an executable may do, with the program as a script: compiling needs the base executables of all systems. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { PERMISSIONS } from "../../.ci/compile.ts";
import { BUCKET, KEY, SECRET, serverTest, startVersitygw, VERSITYGW } from "../store/servers.ts";
import { testWith } from "../tools.ts";
import { inFolder, MAIN, SAMPLE } from "./program.ts";

/** Runs the program with the permissions of an executable. */
async function executable(args: string[], env: Record<string, string> = {}): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...PERMISSIONS, MAIN, ...args],
    env,
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}

testWith(
  ["encoder:libx264"],
  "an executable packs, updates, proves and encodes",
  () =>
    inFolder(async (folder) => {
      const [set, video] = ["set", "video"].map((name) => join(folder, name));
      await executable(["run", SAMPLE, "--output", set]);
      await executable(["update", SAMPLE, "--output", set]);
      await executable(["verify", set, "--deep"]);
      await executable(["run", SAMPLE, "--output", video, "--codec", "h264"]);
    }),
);

serverTest([VERSITYGW], "an executable uploads, and reads from a store", () =>
  inFolder(async (folder) => {
    await using server = await startVersitygw();
    const set = join(folder, "set");
    await executable(["run", SAMPLE, "--output", set]);
    const there = [`s3://${BUCKET}/executable`, "--endpoint", server.url];
    const credentials = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET };
    await executable(["upload", set, ...there], credentials);
    await executable(["verify", ...there, "--deep"], credentials);
  }));
