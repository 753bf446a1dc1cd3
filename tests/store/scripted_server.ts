/** A web server that answers as a test wants: the first request by the first function, the next by the next, and so on. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers a request, or ends its connection. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  /** Requests in the order in which they came. */
  readonly requests: IncomingMessage[];
}

/** Starts the server; the last answer is for all further requests. */
export async function startScripted(...answers: Answer[]): Promise<ScriptedServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(request);
    // The body must be taken before the answer, or the client may never read it.
    request.resume().on("end", () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Nothing but a status, and headers. */
export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_, response) => response.writeHead(code, { "content-length": "0", ...headers }).end();
}

/** The connection ends without an answer. */
export const reset: Answer = (request) => request.socket.destroy();
