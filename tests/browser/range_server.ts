import { once } from "node:events";
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const TYPES: Record<string, string> = {
  html: "text/html",
  js: "text/javascript",
  json: "application/json",
  mp4: "video/mp4",
  zip: "application/zip",
};

/** One answer of the server. */
export interface Served {
  readonly path: string;
  readonly status: number;
  /** Bytes of the answer. */
  readonly bytes: number;
}

/**
 * Serves a folder on loopback to pages of any origin: whole files, single ranges (RFC 9110 §14) and `If-Match`, as object stores
 * do; `/` is an empty page.
 *
 * @returns Its address, and what was asked for so far.
 */
export async function serveFolder(
  folder: string,
): Promise<{ url: string; served: Served[] } & AsyncDisposable> {
  const served: Served[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, "http://localhost").pathname);
    const answer = (status: number, bytes: number, headers: Record<string, string | number> = {}) => {
      served.push({ path, status, bytes });
      response.writeHead(status, {
        "content-length": bytes,
        "accept-ranges": "bytes",
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "content-range, etag",
        ...headers,
      });
    };
    if (path === "/") {
      answer(200, 0, { "content-type": "text/html" });
      return response.end();
    }
    const file = join(folder, path);
    const found = statSync(file, { throwIfNoEntry: false, bigint: true });
    if (!found?.isFile()) {
      answer(404, 0);
      return response.end();
    }
    const size = Number(found.size);
    const etag = `"${found.size}-${found.mtimeNs}"`;
    const type = { "content-type": TYPES[path.split(".").at(-1)!] ?? "application/octet-stream", etag };
    const { "if-match": match = etag } = request.headers;
    if (match !== etag) {
      answer(412, 0);
      return response.end();
    }
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const start = Number(first ?? 0), end = Math.min(Number(last || Infinity), size - 1);
    if (request.method === "HEAD") {
      answer(200, size, type);
      return response.end();
    }
    if (first === undefined) answer(200, size, type);
    else answer(206, end - start + 1, { ...type, "content-range": `bytes ${start}-${end}/${size}` });
    const stream = createReadStream(file, { start, end });
    // A browser that has seen enough of a video hangs up.
    response.on("close", () => stream.destroy());
    stream.pipe(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    served,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
