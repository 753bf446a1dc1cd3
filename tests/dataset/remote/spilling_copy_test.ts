import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { platform } from "node:os";
import process from "node:process";
import { MemoryCopy } from "../../../src/dataset/remote/copy.ts";
import { SpillingCopy } from "../../../src/dataset/remote/spilling_copy.ts";
import { readRange } from "../../../src/io/range_reader.ts";
import fc from "../../property.ts";
import { runOk } from "../../tools.ts";
import { tempDir } from "../temp.ts";

Deno.test("a copy holds what was added, in memory or in a file, and has its SHA-256", async () => {
  const property = fc.asyncProperty(
    fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }),
    fc.nat(200),
    fc.nat(200),
    async (chunks, room, cut) => {
      const whole = Buffer.concat(chunks);
      for (const copy of [new MemoryCopy(), new SpillingCopy(room)]) {
        for (const chunk of chunks) copy.add(chunk);
        const file = copy.file();
        assert.equal(file.size, whole.length);
        const at = Math.min(cut, whole.length);
        assert.ok(whole.subarray(at).equals(readRange(file, at, whole.length)));
        const digest = createHash("sha256").update(whole.subarray(0, at)).digest("hex");
        assert.equal(await copy.sha256(at), digest);
        file.close();
        copy.close();
      }
    },
  );
  await fc.assert(property);
});

Deno.test("a copy in a file cannot be read once it is closed", () => {
  const copy = new SpillingCopy(0);
  copy.add(new Uint8Array(10));
  const file = copy.file();
  file.close();
  assert.throws(() => readRange(file, 0, 1), /is closed/);
});

Deno.test("a copy in a file leaves nothing behind, even if the process ends before it is closed", () => {
  using temp = tempDir();
  const module = new URL("../../../src/dataset/remote/spilling_copy.ts", import.meta.url).href;
  const script = `
    import { SpillingCopy } from ${JSON.stringify(module)};
    const [open, closed, unread] = [1, 2, 3].map(() => new SpillingCopy(0));
    for (const copy of [open, closed, unread]) copy.add(new Uint8Array(100));
    closed.file().close();
    unread.close();
    if (${platform() !== "win32"}) open.file(); else open.close();
  `;
  runOk([process.execPath, "eval", script], { env: { ...process.env, TMPDIR: temp.path, TEMP: temp.path } });
  assert.deepEqual(readdirSync(temp.path).filter((name) => name.startsWith("compact-uploader-")), []);
});
