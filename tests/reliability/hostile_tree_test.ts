import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pack } from "../../src/pack/pack.ts";
import { openDataset } from "../../mod.ts";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";

const PNG = new Uint8Array([
  ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
  ...[0, 0, 0, 64, 0, 0, 0, 48, 8, 2, 0, 0, 0, 0, 0, 0, 0],
  ...[0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82],
]);

Deno.test({
  name:
    "a tree with everything that can be wrong: the run ends, and every input is packed or rejected with a reason",
  ignore: process.platform === "win32",
  async fn() {
    using temp = tempDir();
    const data = join(temp.path, "data");
    const good = [
      "with space.jpg",
      "quote'\"`$.jpg",
      "new\nline.jpg",
      "back\\slash.jpg",
      "emoji-😀.jpg",
      "nfd-a\u0308.jpg",
      "nfc-\u00e4.jpg",
      "n".repeat(251) + ".jpg",
      "Twin.jpg",
      "twin.jpg",
      "really-png.jpg",
      "truncated.jpg",
      "no-label.jpg",
    ];
    const labels: Record<string, string | Uint8Array> = {
      "with space": "0 .5 .5 .1 .1\n",
      "new\nline": "0 .5 .5 .1 .1\n",
      "back\\slash": "0 nan .5 .1 .1\n0 .5 .5 .1 .1\n",
      "emoji-😀": "9 .5 .5 .1 .1\n",
      "nfd-a\u0308": "0 .5 .5 .2 .1\n",
      "twin": Uint8Array.from([0xff, 0xfe, ...[..."0 .5 .5 .1 .1\n"].flatMap((c) => [c.charCodeAt(0), 0])]),
      "really-png": "<!DOCTYPE x>",
      "no-image": "0 .5 .5 .1 .1\n",
    };
    writeTree(data, {
      "data.yaml": "names: [thing]\n",
      ...Object.fromEntries(good.map((name) => [`images/${name}`, jpeg(64, 48)])),
      "images/really-png.jpg": PNG,
      "images/truncated.jpg": jpeg(64, 48).subarray(0, 120),
      "images/empty.jpg": new Uint8Array(0),
      "images/text.png": "no picture at all",
      "images/cut-header.jpg": jpeg(64, 48).subarray(0, 12),
      ...Object.fromEntries(Object.entries(labels).map(([stem, rows]) => [`labels/${stem}.txt`, rows])),
    });
    const images = join(data, "images");
    execFileSync("mkfifo", [join(images, "fifo.jpg")]);
    const listener = Deno.listen({ transport: "unix", path: join(images, "socket.jpg") });
    symlinkSync("loop-b.jpg", join(images, "loop-a.jpg"));
    symlinkSync("loop-a.jpg", join(images, "loop-b.jpg"));
    symlinkSync(".", join(images, "self"));
    symlinkSync("nowhere.jpg", join(images, "dangling.jpg"));
    mkdirSync(join(temp.path, "elsewhere"));
    writeFileSync(join(temp.path, "elsewhere", "x.jpg"), jpeg(8, 8));
    symlinkSync(join(temp.path, "elsewhere"), join(images, "outside"));
    execFileSync("sh", ["-c", 'printf x > "$0/$(printf "bad-\\377").jpg"', images]);
    const bad = [
      ...[
        "empty.jpg",
        "text.png",
        "cut-header.jpg",
        "fifo.jpg",
        "socket.jpg",
        "loop-a.jpg",
        "loop-b.jpg",
        "self",
      ],
      ...["dangling.jpg", "outside", "bad-\ufffd.jpg"],
    ];

    const output = join(data, "out");
    for (let run = 0; run < 2; run++) {
      const report = await pack({ dataset: data, output, overwrite: run > 0 });
      const rejects = readFileSync(join(output, "rejects.jsonl"), "utf8").trim().split("\n").map((l) =>
        JSON.parse(l)
      );
      const rejected = (record: string) =>
        rejects.filter((r) => r.record === record).map((r) => r.path).sort();
      assert.equal(report.frames, good.length);
      assert.deepEqual(
        [...rejected("image"), ...rejected("label")].sort(),
        [...bad.map((name) => `images/${name}`), "labels/no-image.txt"].sort(),
      );
      for (const { code, message, suggestion } of rejects) {
        assert.ok(code && message && suggestion, JSON.stringify({ code, message, suggestion }));
      }
      using dataset = await openDataset(output);
      assert.deepEqual(
        [...Array(dataset.length).keys()].map((i) => dataset.image(i).file_name).sort(),
        good.map((name) => `images/${name}`).sort(),
      );
      // Rows in: one each, but two for back\slash; the DOCTYPE line counts as a row.
      const rowsIn = 8;
      assert.equal(report.annotations + rejected("annotation").length, rowsIn);
      assert.deepEqual((await verify(output, { deep: true })).problems, []);
    }
    listener.close();
  },
});
