/**
 * A store that fails as stores do: it passes requests on to a real server, and now and then answers itself, loses the answer,
 * or cuts the connection. Which request meets which fault follows from a seed.
 */
import { createServer, type IncomingMessage, request as send, type ServerResponse } from "node:http";
import { Buffer } from "node:buffer";

/** What may happen to a request. */
export type Fault =
  /** 500 InternalError. */
  | "internal"
  /** 503 SlowDown, with `Retry-After`. */
  | "slow-down"
  /** 400 ExpiredToken. */
  | "expired"
  /** The server does it, the answer never arrives. */
  | "lost-answer"
  /** The connection ends in the middle of the body, or of the answer. */
  | "cut"
  /** The connection ends at once. */
  | "reset"
  /** 200, with an error in the body. */
  | "error-in-200"
  /** 501 NotImplemented: an old or simple server does not know what is asked for. */
  | "unknown";

/** A server between the client and a real one. */
export interface FaultServer extends AsyncDisposable {
  readonly url: string;
  /** Faults that have happened. */
  readonly happened: Fault[];
  /** Requests that were passed on, as `PUT /bucket/x?partNumber=1`. */
  readonly passed: string[];
}

/** Chooses what happens to a request; undefined: nothing. The request waits for the answer. */
export type Schedule = (request: IncomingMessage) => Fault | undefined | Promise<Fault | undefined>;

/**
 * Starts a faulty server.
 *
 * @param upstream URL of the real one.
 */
export async function startFaultServer(upstream: string, schedule: Schedule): Promise<FaultServer> {
  const happened: Fault[] = [];
  const passed: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    let fault = await schedule(incoming);
    // Only what takes a server long is answered before it is done.
    if (fault === "error-in-200" && !(incoming.method === "POST" && incoming.url?.includes("uploadId="))) {
      fault = "internal";
    }
    if (fault !== undefined) happened.push(fault);
    if (fault === undefined || fault === "lost-answer" || fault === "cut") {
      passed.push(`${incoming.method} ${incoming.url}`);
      passOn(upstream, incoming, outgoing, fault);
    } else refuse(incoming, outgoing, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    happened,
    passed,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Faults for a seed: each request meets one with this probability. */
export function seeded(seed: number, probability: number, faults: readonly Fault[]): Schedule {
  const random = mulberry32(seed);
  return () => random() < probability ? faults[Math.floor(random() * faults.length)] : undefined;
}

/** Numbers from 0 to 1 that follow from a seed (Tommy Ettinger's mulberry32). */
export function mulberry32(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault): void {
  const error = (status: number, code: string, headers: Record<string, string> = {}) => {
    // The body must be taken before the answer, or the client may never read it.
    incoming.resume().on("end", () => {
      outgoing.writeHead(status, { "content-type": "application/xml", ...headers });
      outgoing.end(
        `<?xml version="1.0"?><Error><Code>${code}</Code><Message>as the test asked</Message></Error>`,
      );
    });
  };
  if (fault === "internal") error(500, "InternalError");
  else if (fault === "slow-down") error(503, "SlowDown", { "retry-after": "0" });
  else if (fault === "expired") error(400, "ExpiredToken");
  else if (fault === "error-in-200") error(200, "InternalError");
  else if (fault === "unknown") error(501, "NotImplemented");
  else incoming.socket.destroy();
}

function passOn(
  upstream: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: "lost-answer" | "cut" | undefined,
): void {
  const { method, url, headers } = incoming;
  // Signatures are over the host the client named, so it is passed on as it came.
  const forwarded = send(upstream + url, { method, headers, agent: false });
  forwarded.on("error", () => outgoing.destroy());
  const length = Number(headers["content-length"] ?? 0);
  const cutAfter = fault === "cut" && length > 1 ? length >> 1 : Infinity;
  let seen = 0;
  incoming.on("data", (chunk: Uint8Array) => {
    seen += chunk.length;
    if (seen <= cutAfter) forwarded.write(chunk);
    else {
      forwarded.destroy();
      incoming.socket.destroy();
    }
  });
  incoming.on("end", () => forwarded.end());
  forwarded.on("response", (response) => {
    const chunks: Uint8Array[] = [];
    response.on("data", (chunk) => chunks.push(chunk));
    response.on("end", () => {
      const body = Buffer.concat(chunks);
      if (fault === "lost-answer") return incoming.socket.destroy();
      outgoing.writeHead(response.statusCode!, response.headers);
      if (fault !== "cut" || body.length < 2) return outgoing.end(method === "HEAD" ? undefined : body);
      outgoing.write(body.subarray(0, body.length >> 1), () => incoming.socket.destroy());
    });
  });
}
