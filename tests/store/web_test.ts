import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { isStoreError, type StoreErrorKind } from "../../src/store/error.ts";
import { Retrier } from "../../src/store/retry.ts";
import { WebStore } from "../../src/store/web/web.ts";
import { QUICK } from "../upload/sets.ts";
import { type Answer, reset, type ScriptedServer, startScripted, status } from "./scripted_server.ts";

const FILE = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
const NAME = "media_bundle.zip";

/** The file as a good server sends it: ranges, a version, conditions. */
function file(etag = '"one"'): Answer {
  return ({ method, headers }, response) => {
    if (headers["if-match"] !== undefined && headers["if-match"] !== etag) {
      return void response.writeHead(412).end();
    }
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
    if (first === undefined) {
      response.writeHead(200, { etag, "content-length": FILE.length });
      return void response.end(method === "HEAD" ? undefined : FILE);
    }
    const part = FILE.subarray(Number(first), Number(last) + 1);
    if (part.length === 0) return void response.writeHead(416).end();
    const place = `bytes ${first}-${Number(first) + part.length - 1}/${FILE.length}`;
    response.writeHead(206, { etag, "content-range": place, "content-length": part.length }).end(part);
  };
}

/** The whole file, whatever was asked for. */
const whole: Answer = (_, response) => {
  response.writeHead(200, { "content-length": FILE.length, etag: '"one"' }).end(FILE);
};

/** The head of a good answer, half of its body, and the end of the connection. */
const cut: Answer = (_, response) => {
  response.writeHead(206, { "content-range": "bytes 100-199/1000", "content-length": 100 });
  response.write(FILE.subarray(100, 150), () => response.destroy());
};

/** The same without a length, as servers of HTTP/1.0 do: the end of the connection is the end of the body. */
const cutUnnoticed: Answer = ({ socket }) => {
  socket.write("HTTP/1.0 206 Partial Content\r\ncontent-range: bytes 100-199/1000\r\n\r\n");
  socket.end(FILE.subarray(100, 150));
};

/** A range that nobody has asked for. */
const otherRange: Answer = (_, response) => {
  response.writeHead(206, { "content-range": "bytes 0-99/1000", "content-length": 100 });
  response.end(FILE.subarray(0, 100));
};

interface Case extends Disposable {
  readonly store: WebStore;
  /** What was repeated, and after how many milliseconds. */
  readonly retries: { kind: StoreErrorKind; wait: number }[];
}

function open(server: ScriptedServer, onRetry: () => void = () => {}, idle = QUICK.idle): Case {
  const retries: Case["retries"] = [];
  const retrier = new Retrier({ ...QUICK, attempts: 4, idle }, ({ kind }, _, wait) => {
    retries.push({ kind, wait });
    onRetry();
  });
  const urlOf = (name: string) => `${server.url}/${name}?sig=correct-horse`;
  const store = new WebStore({ location: "https://birds.example", urlOf, retrier });
  return { store, retries, [Symbol.dispose]: () => store.close() };
}

function kind(wanted: StoreErrorKind, message: RegExp = /./) {
  return (error: unknown) => {
    assert.ok(isStoreError(error), String(error));
    assert.equal(error.kind, wanted, error.message);
    assert.match(error.message, message);
    assert.doesNotMatch(`${error.message} ${error.suggestion}`, /correct-horse/);
    return true;
  };
}

const failures: [name: string, answer: Answer, kind: StoreErrorKind][] = [
  ["500", status(500), "busy"],
  ["503", status(503), "busy"],
  ["429", status(429), "busy"],
  ["a reset", reset, "network"],
  ["half a body", cut, "network"],
  ["half a body without a length", cutUnnoticed, "network"],
  ["another range", otherRange, "network"],
];
for (const [name, failure, expected] of failures) {
  Deno.test(`web: after ${name} the request is sent again, and gives the bytes that were asked for`, async () => {
    await using server = await startScripted(failure, failure, file());
    using web = open(server);
    const { bytes, size, etag } = await web.store.range(NAME, 100, 100);
    assert.ok(FILE.subarray(100, 200).equals(bytes));
    assert.deepEqual([size, etag], [1000, '"one"']);
    assert.deepEqual(web.retries.map(({ kind }) => kind), [expected, expected]);
    assert.equal(server.requests.length, 3);
  });
}

Deno.test("web: a server that never recovers is given up, and how often it was asked is told", async () => {
  await using server = await startScripted(status(503));
  using web = open(server);
  await assert.rejects(web.store.range(NAME, 0, 10), kind("busy", /answered 503\. It was tried 4 times\./));
  await assert.rejects(web.store.head(NAME), kind("busy"));
});

Deno.test("web: a wait that the server asks for is kept, in seconds or as a date, up to two minutes", async () => {
  const inHours = new Date(Date.now() + 3 * 3600_000).toUTCString();
  for (const [header, wait] of [["7", 7000], ["100000", 120_000], [inHours, 120_000]] as const) {
    await using server = await startScripted(status(503, { "retry-after": header }));
    const stop = new AbortController();
    // The wait is told before it begins; nobody has to sit through it.
    using web = open(server, () => stop.abort(new Error("seen")));
    await assert.rejects(web.store.range(NAME, 0, 10, { signal: stop.signal }), /seen/);
    assert.deepEqual(web.retries, [{ kind: "busy", wait }]);
  }
});

Deno.test("web: a server that is silent is asked again", async () => {
  await using server = await startScripted(() => {}, file());
  using web = open(server, undefined, 50);
  assert.equal((await web.store.range(NAME, 0, 10)).bytes.length, 10);
  assert.deepEqual(web.retries.map(({ kind }) => kind), ["network"]);
});

Deno.test("web: without ranges a small file is read as a whole, a large one is refused with the remedy", async () => {
  await using server = await startScripted(whole);
  using web = open(server);
  const { bytes, size } = await web.store.range(NAME, 990, 100);
  assert.ok(FILE.subarray(990).equals(bytes));
  assert.equal(size, 1000);
  await assert.rejects(web.store.range(NAME, 10, 10), (error) => {
    assert.ok(isStoreError(error));
    assert.match(error.suggestion!, /answers Range requests/);
    return kind("unsupported", /whole files instead of ranges/)(error);
  });
  assert.equal(server.requests.length, 2, "asking again would not help");
});

Deno.test("web: a file that was replaced is told, whether the server knows conditions or not", async () => {
  await using knowing = await startScripted(file('"one"'), file('"two"'));
  await using ignorant = await startScripted(file('"one"'), whole, (request, response) => {
    delete request.headers["if-match"];
    file('"two"')(request, response);
  });
  for (const server of [knowing, ignorant]) {
    using web = open(server);
    const { etag } = await web.store.range(NAME, 0, 10);
    if (server === ignorant) await web.store.range(NAME, 0, 1000, { etag });
    await assert.rejects(
      web.store.range(NAME, 0, 10, { etag }),
      kind("changed", /replaced while it was read/),
    );
    assert.equal(server.requests.at(-1)!.headers["if-match"], server === knowing ? '"one"' : undefined);
  }
});

Deno.test("web: a weak version is compared, and is no condition, as it would never hold", async () => {
  await using server = await startScripted(file('W/"one"'), file('W/"one"'), file('W/"two"'));
  using web = open(server);
  const { etag } = await web.store.range(NAME, 0, 10);
  await web.store.range(NAME, 0, 10, { etag });
  assert.equal(server.requests[1].headers["if-match"], undefined);
  await assert.rejects(web.store.range(NAME, 0, 10, { etag }), kind("changed"));
});

Deno.test("web: what is not there, not allowed or behind the end is told at once", async () => {
  const cases: [Answer, StoreErrorKind, RegExp][] = [
    [status(404), "missing", /There is no "https:\/\/birds\.example\/media_bundle\.zip"/],
    [status(401), "denied", /answered 401/],
    [status(403), "denied", /answered 403/],
    [status(400), "refused", /answered 400/],
  ];
  for (const [answer, expected, message] of cases) {
    await using server = await startScripted(answer);
    using web = open(server);
    await assert.rejects(web.store.range(NAME, 0, 10), kind(expected, message));
    assert.equal(server.requests.length, 1);
  }
  await using server = await startScripted(file());
  using web = open(server);
  assert.equal((await web.store.range(NAME, 1000, 10)).bytes.length, 0);
  assert.deepEqual(await web.store.head(NAME), { size: 1000, etag: '"one"', crc32: undefined });
});

Deno.test("a server that is not there is told with the reason, without what may be a signature", async () => {
  let url = "";
  {
    await using server = await startScripted(reset);
    url = server.url;
  }
  const store = new WebStore({
    location: url,
    urlOf: (name) => `${url}/${name}?token=(word): word`,
    retrier: new Retrier({ attempts: 1, base: 1, cap: 1, budget: 1, idle: 1_000 }),
  });
  await assert.rejects(store.range("x", 0, 1), (error) => {
    assert.ok(isStoreError(error, "network"));
    assert.match(error.message, /refused/);
    assert.match(error.suggestion!, /Check the address/);
    assert.doesNotMatch(error.message, /word/);
    return true;
  });
  store.close();
});
