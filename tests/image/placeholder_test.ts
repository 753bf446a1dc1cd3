import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { placeholder } from "../../src/image/placeholder.ts";
import { probe, truncation } from "../../src/image/probe.ts";

Deno.test("a placeholder has the size and codec asked for, is grey, and is the same every time", async () => {
  const { Image } = await import("imagescript");
  for (const codec of ["png", "jpeg"] as const) {
    const bytes = await placeholder(64, 48, codec);
    assert.deepEqual(probe(bytes), { codec, width: 64, height: 48, orientation: 1 });
    assert.equal(truncation(bytes, codec), undefined);
    const picture = await Image.decode(bytes) as InstanceType<typeof Image>;
    assert.deepEqual(new Set(picture.bitmap), new Set([128, 255]));
    // The only date a PNG may carry; its own time would make each run another file.
    const text = new TextDecoder("latin1").decode(bytes);
    assert.deepEqual(text.match(/\d\d:\d\d:\d\d/g) ?? [], codec === "png" ? ["00:00:00"] : []);
    assert.notEqual((await placeholder(65, 48, codec)).length, 0);
    assert.deepEqual(await placeholder(64, 48, codec), bytes);
  }
});

Deno.test("a size that no image has is refused with the figure and the remedy", async () => {
  for (const [width, height] of [[0, 10], [70000, 1], [60000, 60000], [10.5, 10], [NaN, 1]]) {
    await assert.rejects(placeholder(width, height, "png"), (error: Error & { suggestion?: string }) => {
      assert.equal(error.name, "PackError");
      assert.ok(error.message.includes(`${width}×${height} px`));
      assert.match(error.suggestion!, /--no-auto-generate-placeholders/);
      return true;
    });
  }
});

const module = new URL("../../src/image/placeholder.ts", import.meta.url).href;
const config = new URL("../../deno.json", import.meta.url);
const permissions: [flags: string[], expected: RegExp][] = [
  [[], /Add --allow-ffi --allow-env=IMAGESCRIPT_WASM_SIMD/],
  [["--allow-ffi", "--allow-env=IMAGESCRIPT_WASM_SIMD"], /^made$/m],
];
for (const [flags, expected] of permissions) {
  const given = flags.join(" ") || "no flags";
  Deno.test(`under ${given}, a placeholder ${flags.length ? "is made" : "names the flags it takes"}`, async () => {
    const script = `import { placeholder } from ${JSON.stringify(module)};
      await placeholder(8, 8, "jpeg").then(() => console.log("made"), (error) => console.log(error.suggestion));`;
    const url = `data:application/typescript,${encodeURIComponent(script)}`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--quiet", "--config", fileURLToPath(config), ...flags, url],
      stderr: "inherit",
    }).output();
    assert.match(new TextDecoder().decode(stdout), expected);
  });
}
