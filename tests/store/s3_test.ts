import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "../../src/media/crc32.ts";
import { bytesBody } from "../../src/store/body.ts";
import { isStoreError } from "../../src/store/error.ts";
import { openS3 } from "../../src/store/open.ts";
import type { RetryPolicy } from "../../src/store/retry.ts";
import type { S3Store } from "../../src/store/s3/s3.ts";
import { type Answer, startScripted, status } from "./scripted_server.ts";
import {
  BUCKET,
  KEY,
  MINIO,
  SECRET,
  type Server,
  serverTest,
  startMinio,
  startVersitygw,
  VERSITYGW,
} from "./servers.ts";

const QUICK: RetryPolicy = { attempts: 4, base: 1, cap: 10, budget: 20, idle: 5_000 };
const MiB = 2 ** 20;

function open(
  url: string,
  options: { prefix?: string; bucket?: string; key?: string; secret?: string } = {},
) {
  const { prefix = "a b+c/ä", bucket = BUCKET, key = KEY, secret = SECRET } = options;
  return openS3({ kind: "s3", bucket, prefix }, {
    endpoint: url,
    retry: QUICK,
    env: { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret },
  });
}

async function withStore(
  start: () => Promise<Server>,
  work: (server: Server, store: S3Store) => Promise<void>,
) {
  await using server = await start();
  const store = await open(server.url);
  try {
    await work(server, store);
  } finally {
    store.close();
  }
}

const servers: [name: string, program: string, start: () => Promise<Server>][] = [
  ["versitygw", VERSITYGW, startVersitygw],
  ["MinIO", MINIO, startMinio],
];

for (const [name, program, start] of servers) {
  serverTest(
    [program],
    `${name}: an object is written once, read by range, replaced under a condition`,
    () =>
      withStore(start, async (_, store) => {
        const bytes = randomBytes(1000);
        assert.equal(await store.head("x (1).bin"), undefined);
        const put = await store.put("x (1).bin", bytesBody(bytes), { absent: true });
        const head = await store.head("x (1).bin");
        assert.deepEqual([head?.size, head?.crc32, head?.etag], [1000, crc32(bytes), put.etag]);
        assert.deepEqual([...await store.get("x (1).bin", 10, 20)], [...bytes.subarray(10, 30)]);
        assert.deepEqual([...await store.get("x (1).bin", 990, 100)], [...bytes.subarray(990)]);
        assert.equal((await store.get("x (1).bin", 1000, 5)).length, 0);
        const condition = (error: unknown) => isStoreError(error, "condition");
        await assert.rejects(store.put("x (1).bin", bytesBody(bytes), { absent: true }), condition);
        await store.put("x (1).bin", bytesBody(randomBytes(5)), { etag: put.etag! });
        await assert.rejects(store.put("x (1).bin", bytesBody(bytes), { etag: put.etag! }), condition);
        await assert.rejects(
          store.get("x (1).bin", 0, 5, { etag: put.etag }),
          (error) => isStoreError(error, "changed"),
        );
        await store.remove("x (1).bin");
        await store.remove("x (1).bin");
        assert.equal(await store.head("x (1).bin"), undefined);
      }),
  );

  serverTest(
    [program],
    `${name}: parts become an object with the checksum of the whole; another upload goes on from it`,
    () =>
      withStore(start, async (_, store) => {
        const bytes = randomBytes(13 * MiB);
        const whole = { size: bytes.length, crc32: crc32(bytes) };
        const pieces = [
          bytes.subarray(0, 5 * MiB),
          bytes.subarray(5 * MiB, 10 * MiB),
          bytes.subarray(10 * MiB),
        ];
        const upload = await store.begin("b.zip", whole);
        const parts = await Promise.all(pieces.map((piece, i) =>
          store.putPart("b.zip", upload, { number: i + 1, offset: 5 * MiB * i }, bytesBody(piece))
        ));
        const claimed = [
          ...parts,
          { ...parts[0], crc32: 1 },
          { ...parts[1], etag: "other" },
          { ...parts[0], number: 9 },
        ];
        assert.deepEqual(await store.confirm("b.zip", upload, claimed), parts);
        assert.deepEqual(
          (await store.uploads(["b.zip", "c"])).map(({ upload }) =>
            upload
          ),
          [upload],
        );
        const wrong = { size: whole.size, crc32: (whole.crc32 ^ 1) >>> 0 };
        await assert.rejects(store.complete("b.zip", upload, parts, wrong, undefined));
        const done = await store.complete("b.zip", upload, parts, whole, { absent: true });
        const head = await store.head("b.zip");
        assert.deepEqual([head?.size, head?.crc32, head?.etag], [whole.size, whole.crc32, done.etag]);

        const longer = Buffer.concat([bytes, Uint8Array.of(1, 2, 3)]);
        const next = { size: longer.length, crc32: crc32(longer) };
        // Without its last bytes, as a tar is continued.
        const size = bytes.length - 7;
        const from = { size, crc32: crc32(bytes.subarray(0, size)), etag: done.etag! };
        const { upload: second, parts: first } = (await store.beginFrom("b.zip", next, from))!;
        const place = { number: first.length + 1, offset: from.size };
        const tail = await store.putPart("b.zip", second, place, bytesBody(longer.subarray(from.size)));
        assert.deepEqual(await store.confirm("b.zip", second, [...first, tail]), [...first, tail]);
        await assert.rejects(
          store.complete("b.zip", second, [...first, tail], next, { absent: true }),
          (error) => isStoreError(error, "condition"),
        );
        await store.complete("b.zip", second, [...first, tail], next, { etag: done.etag! });
        assert.equal((await store.head("b.zip"))?.crc32, next.crc32);
        const third = await store.begin("b.zip", next);
        await store.abort("b.zip", third);
        await store.abort("b.zip", third);
        assert.deepEqual(await store.uploads(["b.zip"]), []);
      }),
  );
}

serverTest(
  [VERSITYGW],
  "what the server keeps is byte for byte what was sent, and a link lets anybody read it",
  () =>
    withStore(startVersitygw, async ({ dir }, store) => {
      const bytes = randomBytes(300_000);
      await store.put("x.bin", bytesBody(bytes), undefined);
      assert.ok(readFileSync(join(dir, BUCKET, "a b+c/ä", "x.bin")).equals(bytes));
      const response = await fetch(await store.presign("x.bin", 60));
      assert.deepEqual(new Uint8Array(await response.arrayBuffer()), new Uint8Array(bytes));
    }),
);

serverTest([VERSITYGW], "a missing bucket and wrong keys are told apart, with the fix", async () => {
  await using server = await startVersitygw();
  const attempts: [Parameters<typeof open>[1], string, RegExp][] = [
    [{ bucket: "nowhere" }, "bucket", /make the bucket/],
    [{ secret: "wrong-secret" }, "credentials", /AWS_SECRET_ACCESS_KEY/],
    [{ key: "nobody" }, "credentials", /AWS_ACCESS_KEY_ID/],
  ];
  for (const [options, kind, fix] of attempts) {
    const store = await open(server.url, options);
    const check = (error: unknown) => {
      if (!isStoreError(error)) throw error;
      assert.equal(error.kind, kind, error.message);
      assert.match(error.suggestion!, fix);
      assert.doesNotMatch(
        `${error.message} ${error.suggestion} ${error.stack}`,
        /wrong-secret|correct-horse/,
      );
      return true;
    };
    await assert.rejects(store.head("x"), check);
    await assert.rejects(store.put("x", bytesBody(new Uint8Array(3)), undefined), check);
    store.close();
  }
});

const NO_UPLOAD: Answer = (_, response) =>
  response.writeHead(404).end("<Error><Code>NoSuchUpload</Code><Message>no</Message></Error>");
const LATE: Answer = (_, response) =>
  response.end("<ListPartsResult><Part><PartNumber>3</PartNumber><ETag>x</ETag></Part></ListPartsResult>");

/** Gives up an upload of a store of which all that is known is how it answers; returns what it was asked. */
async function abortAt(...answers: Answer[]): Promise<string[]> {
  await using server = await startScripted(...answers);
  const store = await open(server.url, { prefix: "x" });
  try {
    await store.abort("b.zip", "id");
  } finally {
    store.close();
    for (const { url } of server.requests) {
      assert.match(url!, /^\/bucket\/x\/b\.zip\?uploadId=id(&part-number-marker=0)?$/);
    }
  }
  return server.requests.map(({ method }) => method!);
}

Deno.test("an upload is given up again while parts that were on their way arrive late", async () => {
  const gone = status(204);
  const none: Answer = (_, response) => response.end("<ListPartsResult></ListPartsResult>");
  assert.deepEqual(await abortAt(gone, none), ["DELETE", "GET"]);
  assert.deepEqual(await abortAt(gone, LATE, gone, LATE, gone, NO_UPLOAD), [
    ...["DELETE", "GET", "DELETE", "GET", "DELETE", "GET"],
  ]);
  assert.deepEqual(await abortAt(gone, LATE, NO_UPLOAD), ["DELETE", "GET", "DELETE"]);
  assert.deepEqual(await abortAt(gone, status(403)), ["DELETE", "GET"], "nobody may look");
  let requests = 0;
  await assert.rejects(
    abortAt((request, response) => {
      requests++;
      if (request.method === "GET") LATE(request, response);
      else gone(request, response);
    }),
    (error) => isStoreError(error, "busy") && /--clean/.test(error.suggestion!),
  );
  assert.equal(requests, 10, "it ends");
});

Deno.test("an upload of which a part was cut off is given up again when the part is there all the same", async () => {
  const stop = new AbortController();
  const cut: Answer = () => stop.abort(new Error("cut off"));
  await using server = await startScripted(cut, status(204), LATE, status(204), NO_UPLOAD);
  const store = await open(server.url);
  const part = store.putPart(
    "b.zip",
    "id",
    { number: 3, offset: 0 },
    bytesBody(Uint8Array.of(1)),
    stop.signal,
  );
  await assert.rejects(part, /cut off/);
  await store.abort("b.zip", "id");
  store.close();
  assert.deepEqual(server.requests.map(({ method }) => method), ["PUT", "DELETE", "GET", "DELETE", "GET"]);
});
