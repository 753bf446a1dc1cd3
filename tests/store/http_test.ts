import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { connectionError } from "../../src/store/connection_error.ts";
import { isStoreError } from "../../src/store/error.ts";
import { HttpClient, type HttpResponse } from "../../src/store/http.ts";

/** Asks a server of which all that is known is how it answers. */
async function asking(
  answer: RequestListener,
  work: (ask: () => Promise<HttpResponse>, port: number) => Promise<void>,
  idle = 30_000,
) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/x`);
  const client = new HttpClient({ idle, connections: 1 });
  try {
    await work(() => client.send({ method: "GET", url, headers: {} }), port);
  } finally {
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const network = (reason: RegExp) => (error: unknown) =>
  isStoreError(error, "network") && reason.test((error as Error).message);

Deno.test("an answer comes with its headers and its whole body", () =>
  asking((_, response) => {
    response.setHeader("ETag", '"a"');
    response.write("12");
    response.end("345");
  }, async (ask) => {
    for (let time = 0; time < 2; time++) {
      const { status, headers, body } = await ask();
      assert.deepEqual([status, headers.etag, new TextDecoder().decode(body)], [200, '"a"', "12345"]);
    }
  }));

Deno.test("a server that says nothing, or stops in the middle of its answer, is given up", async () => {
  await asking(() => {}, (ask) => assert.rejects(ask(), network(/was silent for 0.1 seconds/)), 100);
  await asking(
    (_, response) => {
      response.writeHead(200, { "content-length": "9" }).write("1234");
    },
    (ask) => assert.rejects(ask(), network(/was silent for 0.1 seconds/)),
    100,
  );
});

Deno.test("an answer that breaks off is no answer", async () => {
  const lengths = [{ "content-length": "9" }, { "transfer-encoding": "chunked" }];
  for (const length of lengths) {
    await asking((_, response) => {
      response.writeHead(200, length).write("1234", () => response.destroy());
    }, (ask) => assert.rejects(ask(), network(/connection to .* failed/)));
  }
});

Deno.test("a server without TLS, and one nobody vouches for, are not asked again; one that is not there is", async () => {
  const asked = async (url: string) => {
    const client = new HttpClient({ idle: 5_000 });
    try {
      await client.send({ method: "GET", url: new URL(url), headers: {} });
    } finally {
      client.close();
    }
  };
  let free = 0;
  await asking((_, response) => response.end(), async (_, port) => {
    free = port;
    await assert.rejects(
      asked(`https://127.0.0.1:${port}`),
      (error) => isStoreError(error, "refused") && /write http:\/\//.test(error.suggestion!),
    );
  });
  const untrusted = connectionError("https://host", new Error("invalid peer certificate: UnknownIssuer"));
  assert.deepEqual([untrusted.passing, /NODE_EXTRA_CA_CERTS/.test(untrusted.suggestion!)], [false, true]);
  await assert.rejects(
    asked(`http://127.0.0.1:${free}`),
    (error) => isStoreError(error, "network") && /Check the address/.test(error.suggestion!),
  );
});
