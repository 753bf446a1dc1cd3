import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { download } from "../../src/store/download.ts";
import { isStoreError } from "../../src/store/error.ts";
import { openRangeStore } from "../../src/store/open_range.ts";
import type { RetryPolicy } from "../../src/store/retry.ts";
import type { RangeStore } from "../../src/store/store.ts";
import fc from "../property.ts";

const QUICK: RetryPolicy = { attempts: 9, base: 1, cap: 2, budget: 20, idle: 5_000 };
const env = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret", AZURE_STORAGE_KEY: "a2V5" };

/** How the server answers each request, in turn; the last way stays. */
interface Way {
  /** Bytes after which the connection is cut. */
  readonly cut?: number;
  /** An answer of this status instead. */
  readonly status?: number;
  /** Sends all instead of the range. */
  readonly whole?: boolean;
  readonly etag?: string;
}

/** The same object in three kinds of stores. */
async function withObject(
  object: Uint8Array,
  ways: readonly Way[],
  work: (store: RangeStore, asked: string[]) => Promise<void>,
): Promise<void> {
  let asked: string[] = [];
  const server = createServer((request, response) => {
    const range = String(request.headers.range ?? request.headers["x-ms-range"] ?? "");
    const { cut, status, whole, etag = '"1"' } = ways[Math.min(asked.length, ways.length - 1)];
    asked.push(range);
    if (status) return response.writeHead(status, { "content-length": 0 }).end();
    const start = whole ? 0 : Number(/^bytes=(\d+)-$/.exec(range)?.[1] ?? 0);
    const body = object.subarray(start);
    response.writeHead(range && !whole ? 206 : 200, {
      etag,
      "content-length": body.length,
      ...range && !whole && { "content-range": `bytes ${start}-${object.length - 1}/${object.length}` },
    });
    if (cut === undefined || cut >= body.length) return response.end(body);
    response.write(body.subarray(0, cut), () => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    for (const place of ["s3://bucket/x", "az://account/container/x", `${endpoint}/x`]) {
      asked = [];
      const store = await openRangeStore(place, { endpoint, env, retry: QUICK });
      try {
        await work(store, asked);
      } finally {
        store.close();
      }
    }
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

async function downloaded(store: RangeStore, etag?: string) {
  const chunks: number[] = [];
  const whole = await download(store, "y.bin", (bytes) => chunks.push(...bytes), { etag });
  return { bytes: Uint8Array.from(chunks), ...whole };
}

Deno.test("an object comes in one request, after broken connections in as many as it takes, each byte once", async () => {
  const way = fc.oneof(
    fc.record({ cut: fc.nat(300), whole: fc.boolean() }, { requiredKeys: ["cut"] }),
    fc.record({ status: fc.constantFrom(500, 503, 429) }),
  );
  const property = fc.asyncProperty(
    ...[fc.uint8Array({ maxLength: 300 }), fc.array(way, { maxLength: 6 })] as const,
    (object, ways) =>
      withObject(object, [...ways, {}], async (store, asked) => {
        const { bytes, size, etag } = await downloaded(store);
        assert.deepEqual([bytes, size, etag], [object, object.length, '"1"']);
        assert.equal(asked[0], "", "a whole file is asked for without a range");
        assert.ok(asked.length <= ways.length + 1);
        if (ways.length === 0) assert.equal(asked.length, 1);
      }),
  );
  await fc.assert(property, { numRuns: 40 });
});

Deno.test("an object that is replaced between two requests, or was before, is an error", async () => {
  const object = new Uint8Array(100).fill(7);
  const changed = (error: unknown) => isStoreError(error, "changed");
  await withObject(
    object,
    [{ cut: 50 }, { etag: '"2"' }],
    (store) => assert.rejects(downloaded(store), changed),
  );
  await withObject(
    object,
    [{ cut: 50 }, { status: 412 }],
    (store) => assert.rejects(downloaded(store), changed),
  );
  await withObject(object, [{}], (store) => assert.rejects(downloaded(store, '"0"'), changed));
});

Deno.test("what takes the bytes may fail, and its own error is told", async () => {
  const full = new RangeError("no room");
  const fail = () => {
    throw full;
  };
  await withObject(new Uint8Array(9), [{}], async (store, asked) => {
    await assert.rejects(download(store, "y.bin", fail), (error) => error === full);
    assert.equal(asked.length, 1);
  });
});
