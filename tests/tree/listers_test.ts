import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Issue } from "../../src/model/issue.ts";
import { Crew } from "../../src/pack/crew.ts";
import { type FolderLister, type FolderListing, folderSize, namesIn } from "../../src/tree/list_folder.ts";
import { SharedLister } from "../../src/tree/shared_lister.ts";
import { walk } from "../../src/tree/walk.ts";
import { StatusLister } from "../../src/update/status_lister.ts";
import { canBeDenied, deniable } from "../tools.ts";
import { withFiles } from "./temp_tree.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const SAMPLE = fileURLToPath(new URL("../../fixtures/sample", import.meta.url));

/** Images and labels in splits; what a folder itself takes differs between file systems, not that it grows. */
const SPLITS = ["images/train", "images/val", "labels/train", "labels/val"];

/** Two large splits and two small ones, with oddities in one of them. */
async function withSplits(run: (root: string, worthAsking: number) => Promise<void>): Promise<void> {
  await withFiles({ "data.yaml": "", "images/train/.DS_Store": "", "labels/val/z.txt": "" }, async (root) => {
    for (const folder of SPLITS) {
      mkdirSync(join(root, folder), { recursive: true });
      const extension = folder.startsWith("images") ? "jpg" : "txt";
      for (let i = 0; i < (folder.endsWith("train") ? 400 : 200); i++) {
        writeFileSync(join(root, folder, `${"long_name_".repeat(8)}${i}.${extension}`), "");
      }
    }
    symlinkSync("nowhere", join(root, "labels/train/dangling.txt"));
    symlinkSync("../val/z.txt", join(root, "labels/train/linked.txt"));
    symlinkSync("labels/train", join(root, "twice"));
    mkdirSync(join(root, "labels/train/deeper"));
    writeFileSync(join(root, "labels/train/deeper/a.txt"), "");
    await run(root, folderSize(join(root, "images/val")));
  });
}

async function walked(root: string, lister?: FolderLister) {
  const issues: Issue[] = [];
  const tree = await walk(root, { lister, issue: (issue) => issues.push(issue) });
  return { paths: [...tree.paths()], folders: [...tree.folders.keys()], issues };
}

/** Lists in this thread what others are asked for; keeps what that was, and how much of it at once. */
function asked(answer: (real: string) => Promise<FolderListing | undefined> = namesIn) {
  const folders: string[] = [];
  let now = 0;
  let most = 0;
  const ask = async (real: string) => {
    folders.push(real);
    most = Math.max(most, ++now);
    try {
      return await answer(real);
    } finally {
      now--;
    }
  };
  return { folders, most: () => most, ask };
}

Deno.test("while the walk lists one large folder, a thread lists the largest other one", async () => {
  await withSplits(async (root, worthAsking) => {
    const { folders, ask } = asked();
    const shared = await walked(root, new SharedLister(1, ask, worthAsking));
    assert.equal(folders[0], join(root, "labels/train"), "the walk itself began with images/train");
    assert.deepEqual(shared, await walked(root));
    assert.equal(shared.paths.length, 2 * 400 + 2 * 200 + 4 + 400 + 2);
    assert.deepEqual(shared.issues.map(({ path }) => path), [
      "labels/train/dangling.txt",
      "twice/dangling.txt",
    ]);
  });
});

Deno.test("no more is asked for at a time than there are threads, and nothing where folders are small", async () => {
  await withSplits(async (root, worthAsking) => {
    const all = asked();
    await walked(root, new SharedLister(2, all.ask, worthAsking));
    assert.equal(all.most(), 2);
    assert.equal(new Set(all.folders).size, all.folders.length, "a folder was listed twice");
    const none = asked();
    await walked(root, new SharedLister(2, none.ask));
    assert.deepEqual(none.folders, []);
  });
});

Deno.test("what a thread cannot list, the walk lists itself", async () => {
  await withSplits(async (root, worthAsking) => {
    const { folders, ask } = asked(() => Promise.resolve(undefined));
    assert.deepEqual(await walked(root, new SharedLister(3, ask, worthAsking)), await walked(root));
    assert.ok(folders.length > 0);
  });
});

Deno.test("the packing threads list folders, and tell what they cannot list", async () => {
  await withSplits(async (root, worthAsking) => {
    const crew = new Crew(2, { onPiece: () => {} });
    try {
      const lister = new SharedLister(crew.size, (real) => crew.list(real), worthAsking);
      assert.deepEqual(await walked(root, lister), await walked(root));
      const train = join(root, "labels/train");
      const { others, ...listing } = (await crew.list(train))!;
      assert.equal(listing.files.length, 400);
      assert.deepEqual(others.map(({ name }) => name).sort(), ["dangling.txt", "deeper", "linked.txt"]);
      rmSync(train, { recursive: true });
      assert.equal(await crew.list(train), undefined);
      // Given up while a thread is at it: the walk must not wait for ever.
      const pending = crew.list(join(root, "images/train"));
      crew.fail(new Error("given up"));
      assert.equal(await pending, undefined);
      assert.equal(await crew.list(root), undefined);
    } finally {
      await crew.end();
    }
  });
});

Deno.test({
  name: "folders that cannot be entered are rejects of a run and of an update",
  ignore: !canBeDenied,
  async fn() {
    await withFiles({ "data/shut/deeper/a.jpg": "" }, (root) => {
      cpSync(SAMPLE, join(root, "data"), { recursive: true });
      const shut = join(root, "data/shut");
      const out = join(root, "out");
      chmodSync(shut, 0o444);
      try {
        for (
          const args of [["run", join(root, "data"), "--output", out], [
            "update",
            join(root, "data"),
            "--output",
            out,
          ]]
        ) {
          const [program, ...more] = deniable([Deno.execPath(), "run", "-A", "--no-check", MAIN, ...args]);
          const { code } = new Deno.Command(program, { args: more }).outputSync();
          assert.equal(code, 3, args[0]);
          assert.match(
            readFileSync(join(out, "rejects.jsonl"), "utf8"),
            /"unreadable-folder".*"shut\/deeper"/,
          );
        }
      } finally {
        chmodSync(shut, 0o755);
      }
    });
  },
});

Deno.test("a folder that is listed for an update and reached twice holds each name once", async () => {
  await withFiles({ "list.txt": "" }, async (root) => {
    mkdirSync(join(root, "images"));
    for (let i = 0; i < 2000; i++) writeFileSync(join(root, "images", `image_${i}.jpg`), "");
    symlinkSync("../list.txt", join(root, "images/linked.txt"));
    symlinkSync("images", join(root, "twice"));
    using lister = new StatusLister(Date.now(), 1);
    const listed = await walked(root, lister);
    assert.ok(await lister.list(join(root, "images")), "the folder is too small for a thread");
    assert.deepEqual(listed, await walked(root));
  });
});
