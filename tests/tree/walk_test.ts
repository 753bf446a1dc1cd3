import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Issue } from "../../src/model/issue.ts";
import { PackError } from "../../src/model/issue.ts";
import { walk } from "../../src/tree/walk.ts";
import { canBeDenied, deniable } from "../tools.ts";
import { withFiles } from "./temp_tree.ts";

const posix = process.platform !== "win32";

async function list(root: string, exclude: string[] = []): Promise<{ paths: string[]; told: string[] }> {
  // At once and name by name must come to the same.
  const [found, streamed] = await Promise.all([undefined, 0].map(async (streamFrom) => {
    const issues: Issue[] = [];
    const tree = await walk(root, { exclude, streamFrom, issue: (issue) => issues.push(issue) });
    return { paths: [...tree.paths()], told: issues.map((issue) => `${issue.code} ${issue.path}`) };
  }));
  assert.deepEqual(streamed, found);
  return found;
}

Deno.test("paths come in UTF-8 byte order of the whole path, the slash included", async () => {
  await withFiles(
    { "a/x": "", "a-b/x": "", "a.jpg": "", "a0": "", "\u{1F600}": "", "\uffe5": "" },
    async (root) => {
      const { paths } = await list(root);
      // 2d - · 2e . · 2f / · 30 0 · ef bf a5 · f0 9f 98 80
      assert.deepEqual(paths, ["a-b/x", "a.jpg", "a/x", "a0", "\uffe5", "\u{1F600}"]);
    },
  );
});

Deno.test("leftovers of systems and the excluded folder are passed over without a word", async () => {
  const files = {
    "a.jpg": "",
    "__MACOSX/a.jpg": "",
    "._a.jpg": "",
    ".DS_Store": "",
    "Thumbs.db": "",
    "labels.cache": "",
    ".git/x": "",
    "out/media_bundle.zip": "",
    "set.json": "",
  };
  await withFiles(files, async (root) => {
    const { paths, told } = await list(root, [join(root, "out"), join(root, "set.json"), root]);
    assert.deepEqual(paths, ["a.jpg"]);
    assert.deepEqual(told, []);
  });
});

Deno.test({
  name: "names with spaces, quotes, newlines, backslashes, emoji and 255 bytes are kept as they are",
  ignore: !posix,
  async fn() {
    const names = [
      "a b.jpg",
      "\"'.jpg",
      "l1\nl2.jpg",
      "w\\x.jpg",
      "😀.jpg",
      "e\u0301.jpg",
      "n".repeat(251) + ".jpg",
    ];
    await withFiles(Object.fromEntries(names.map((name) => [name, ""])), async (root) => {
      assert.deepEqual(new Set((await list(root)).paths), new Set(names));
    });
  },
});

Deno.test({
  name:
    "links to files and to folders below the root are followed; loops, outside and dangling ones are rejected",
  ignore: !posix,
  async fn() {
    await withFiles({ "data/a.jpg": "", "outside/b.jpg": "" }, async (base) => {
      const root = join(base, "data");
      mkdirSync(join(root, "real"));
      symlinkSync(join(base, "outside/b.jpg"), join(root, "file.jpg"));
      symlinkSync(join(base, "outside"), join(root, "out"));
      symlinkSync("..", join(root, "real/up"));
      symlinkSync("real", join(root, "twin"));
      symlinkSync("nowhere", join(root, "gone.jpg"));
      symlinkSync("self", join(root, "self"));
      const { paths, told } = await list(root);
      assert.deepEqual(paths, ["a.jpg", "file.jpg"]);
      assert.deepEqual(told, [
        "link-dangling gone.jpg",
        "link-outside out",
        "link-loop self",
        "link-loop real/up",
        "link-loop twin/up",
      ]);
    });
  },
});

Deno.test({
  name: "a FIFO is rejected, and so is a name that is not UTF-8",
  ignore: !posix,
  async fn() {
    await withFiles({ "a.jpg": "", "\ufffd.jpg": "" }, async (root) => {
      execFileSync("mkfifo", [join(root, "pipe.jpg")]);
      execFileSync("sh", ["-c", `cd "$1" && : > "$(printf 'bad\\377.jpg')"`, "sh", root]);
      const { paths, told } = await list(root);
      assert.deepEqual(paths, ["a.jpg", "\ufffd.jpg"]);
      assert.deepEqual(told, ["name-not-utf8 bad\ufffd.jpg", "not-a-regular-file pipe.jpg"]);
    });
  },
});

Deno.test({
  name: "a folder that may not be listed is rejected, the rest is packed" +
    (canBeDenied ? "" : " (skipped: this user may list any folder, and setpriv is not installed)"),
  ignore: !canBeDenied,
  async fn() {
    await withFiles({ "data/a.gif": "GIF89a\x01\0\x01\0\0\0\0;", "data/shut/b.gif": "" }, (root) => {
      chmodSync(join(root, "data/shut"), 0);
      const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
      const command = [
        "run",
        "-A",
        "--no-check",
        main,
        "run",
        join(root, "data"),
        "--output",
        join(root, "out"),
      ];
      const [program, ...args] = deniable([Deno.execPath(), ...command]);
      const { code } = new Deno.Command(program, { args }).outputSync();
      chmodSync(join(root, "data/shut"), 0o755);
      assert.equal(code, 3);
      const [reject] = readFileSync(join(root, "out/rejects.jsonl"), "utf8").trim().split("\n");
      const { code: issue, path } = JSON.parse(reject);
      assert.deepEqual([issue, path], ["unreadable-folder", "shut"]);
    });
  },
});

Deno.test("a missing root, or a file in its place, is a usage error that quotes the path", async () => {
  await withFiles({ "file": "" }, async (root) => {
    for (const name of ["absent", "file"]) {
      await assert.rejects(
        list(join(root, name)),
        (error) => error instanceof PackError && error.exitCode === 2 && error.message.includes(name),
      );
    }
  });
});

Deno.test("an aborted signal ends the walk with its reason", async () => {
  await withFiles({ "a/b/c.jpg": "" }, async (root) => {
    const reason = new Error("enough");
    await assert.rejects(walk(root, { issue() {}, signal: AbortSignal.abort(reason) }), reason);
  });
});

Deno.test("a packed set inside the dataset is passed over, and told", async () => {
  const set = {
    "old/frame_manifest.json": "{}",
    "old/media_bundle.zip": "",
    "old/unified_annotation.json": "{}",
  };
  await withFiles({ "a.jpg": "", ...set }, async (root) => {
    const { paths, told } = await list(root);
    assert.deepEqual(paths, ["a.jpg"]);
    assert.deepEqual(told, ["set-passed-over old"]);
  });
});
