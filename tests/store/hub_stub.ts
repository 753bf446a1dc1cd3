/**
 * A stand-in for the Hugging Face Hub, for which no server can be had: one dataset repository, the part of its HTTP interface
 * that uploads and downloads use, commits in memory. It is as strict as the Hub where the tests count on it, and what it
 * understands is checked with the Hub's own Python client (tests/upload/hub_test.ts).
 */
import { Buffer } from "node:buffer";
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export const REPOSITORY = "ann/birds";
export const TOKEN = "hf_correctHorseBatteryStaple";

interface Blob {
  readonly size: number;
  /** SHA-1 as Git has it. */
  readonly oid: string;
  /** SHA-256 of a file of Git LFS; content of another. */
  readonly lfs?: string;
  readonly content?: Buffer;
}

type Tree = ReadonlyMap<string, Blob>;

export interface HubOptions {
  /** Bytes of a part; files of more than this many come in parts. */
  readonly partSize?: number;
  /** Files of more bytes are files of Git LFS, as are all archives. */
  readonly regular?: number;
}

/** The Hub, as a test sees it. */
export interface HubStub extends AsyncDisposable {
  readonly url: string;
  /** Files of a branch as they are now, by path. */
  files(branch?: string): Map<string, Buffer>;
  /** Summaries of all commits of a branch, the first one first. */
  commits(branch?: string): string[];
  /** What was asked for, as `POST /api/…`. */
  readonly requests: string[];
  /** Commits a change as somebody else would; undefined removes the file. */
  commit(path: string, content: string | undefined): void;
  /** Called before each request is answered. */
  onRequest?: (request: IncomingMessage) => void;
}

interface Commit {
  readonly oid: string;
  readonly summary: string;
  readonly tree: Tree;
}

/** Starts a hub with the repository {@link REPOSITORY} and its branches `main` and `refs/pr/1`. */
export async function startHub(options: HubOptions = {}): Promise<HubStub> {
  const { partSize = 5 * 2 ** 20, regular = 10 * 2 ** 20 } = options;
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, { oid: string; size: number; parts: Map<number, Buffer> }>();
  const first: Commit = { oid: sha1("first"), summary: "initial commit", tree: new Map() };
  const branches = new Map([["main", [first]], ["refs/pr/1", [first]]]);
  const requests: string[] = [];

  const tip = (branch: string) => branches.get(branch)?.at(-1);
  const commitOf = (revision: string) =>
    tip(revision) ?? [...branches.values()].flat().find(({ oid }) => oid === revision);
  const bytesOf = (blob: Blob) => blob.content ?? objects.get(blob.lfs!)!;
  const append = (branch: string, summary: string, tree: Tree) => {
    const commit = { oid: sha1(randomUUID()), summary, tree };
    branches.get(branch)!.push(commit);
    return commit;
  };

  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    stub.onRequest?.(request);
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      try {
        answer(request, response, Buffer.concat(chunks));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, code, message } = error;
        response.writeHead(status, {
          "content-type": "application/json",
          ...code && { "x-error-code": code, "x-error-message": message },
        });
        response.end(JSON.stringify({ error: message }));
      }
    });
  });

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const { method, headers } = request;
    const url = new URL(request.url!, `http://${headers.host}`);
    const json = (value: unknown, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    // Links that carry their own right: no token is asked for, nor welcome.
    const [, place, id, number] =
      /^\/(storage|upload|complete|cdn)\/([\w-]+)(?:\/(\d+))?$/.exec(url.pathname) ?? [];
    if (place !== undefined) {
      if (headers.authorization && place !== "complete") {
        throw new Refusal(400, "a token at a link that needs none");
      }
      return answerLink(place, id, number, request, response, body);
    }
    if (headers.authorization !== `Bearer ${TOKEN}`) {
      throw new Refusal(
        401,
        "Invalid credentials in Authorization header",
        headers.authorization ? "" : "RepoNotFound",
      );
    }
    const [, repository, rest = ""] =
      /^(?:\/api)?\/datasets\/([^/]+\/[^/]+?)(?:\.git)?(?:\/(.*))?$/.exec(url.pathname) ??
        [];
    if (repository !== REPOSITORY) throw new Refusal(404, "Repository not found", "RepoNotFound");
    const [, action, given = ""] = /^([\w-]+)(?:\/([^/]+))?/.exec(rest) ?? [];
    const revision = decodeURIComponent(given);
    const known = () => {
      const commit = commitOf(revision);
      if (commit === undefined) throw new Refusal(404, `Invalid rev id: ${revision}`, "RevisionNotFound");
      return commit;
    };
    switch (`${method} ${action ?? ""}`) {
      case "POST preupload":
        known();
        return json({
          files: JSON.parse(body.toString()).files.map(({ path, size, sample }: PreuploadFile) => {
            if (Buffer.from(sample, "base64").length > 512) throw new Refusal(400, "sample too long");
            const lfs = size > regular || /\.(zip|tar|mp4)$/.test(path);
            return {
              path,
              uploadMode: lfs ? "lfs" : "regular",
              shouldIgnore: path.endsWith(".ignored"),
              oid: known().tree.get(path)?.oid ?? null,
            };
          }),
        });
      case "POST info":
        return json(batch(JSON.parse(body.toString()), url.origin));
      case "POST verify": {
        const { oid, size } = JSON.parse(body.toString());
        if (objects.get(oid)?.length !== size) throw new Refusal(404, "object not found");
        return json({ message: "object is there" });
      }
      case "POST paths-info": {
        const { tree } = known();
        const paths = headers["content-type"]?.startsWith("application/json")
          ? JSON.parse(body.toString()).paths
          : new URLSearchParams(body.toString()).getAll("paths");
        return json(paths.flatMap((path: string) => tree.has(path) ? [info(path, tree.get(path)!)] : []));
      }
      case "GET tree":
        return json([...known().tree].map(([path, blob]) => info(path, blob)));
      case "GET revision":
      case "GET ": {
        const { oid, tree } = action === undefined ? tip("main")! : known();
        const siblings = [...tree.keys()].map((rfilename) => ({ rfilename }));
        return json({ id: REPOSITORY, sha: oid, siblings, private: false, tags: [], downloads: 0, likes: 0 });
      }
      case "POST commit":
        return json(commit(revision, body));
      case "HEAD resolve":
      case "GET resolve": {
        const path = decodeURIComponent(rest.split("/").slice(2).join("/"));
        const { oid, tree } = known();
        const blob = tree.get(path);
        if (blob === undefined) throw new Refusal(404, "Entry not found", "EntryNotFound");
        response.setHeader("x-repo-commit", oid);
        response.setHeader("etag", `"${blob.lfs ?? blob.oid}"`);
        if (blob.lfs === undefined) return send(request, response, blob.content!);
        response.writeHead(302, {
          // Another origin, as on the Hub, where clients leave the token behind.
          location: `http://localhost:${url.port}/cdn/${blob.lfs}`,
          "x-linked-size": blob.size,
          "x-linked-etag": `"${blob.lfs}"`,
        });
        return void response.end();
      }
      default:
        throw new Refusal(404, `no such thing: ${method} ${url.pathname}`);
    }
  }

  /** Storage behind the Hub: `storage/OID` takes a whole file, `upload/ID/N` a part, `complete/ID` the list of them. */
  function answerLink(
    place: string,
    id: string,
    number: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): void {
    const { method, headers } = request;
    if (place === "cdn" && objects.has(id)) return send(request, response, objects.get(id)!);
    const upload = uploads.get(id);
    const md5 = createHash("md5").update(body);
    if (headers["content-md5"] !== undefined && headers["content-md5"] !== md5.copy().digest("base64")) {
      throw new Refusal(400, "BadDigest");
    }
    const etag = `"${md5.digest("hex")}"`;
    if (method === "PUT" && Number(headers["content-length"]) !== body.length) throw new Refusal(400, "cut");
    if (method === "PUT" && place === "storage") {
      if (sha256(body) !== id) throw new Refusal(400, "not the bytes that were announced");
      objects.set(id, body);
    } else if (method === "PUT" && place === "upload" && upload) {
      upload.parts.set(Number(number), body);
    } else if (method === "POST" && place === "complete" && upload) {
      const { oid, parts } = JSON.parse(body.toString());
      const there = [...upload.parts].sort(([a], [b]) => a - b);
      const listed = there.map(([partNumber, part]) => ({
        partNumber,
        etag: `"${createHash("md5").update(part).digest("hex")}"`,
      }));
      if (JSON.stringify(parts) !== JSON.stringify(listed)) throw new Refusal(400, "not the parts that came");
      const whole = Buffer.concat(there.map(([, part]) => part));
      if (oid !== upload.oid || sha256(whole) !== oid || whole.length !== upload.size) {
        throw new Refusal(400, "not the bytes that were announced");
      }
      objects.set(oid, whole);
      uploads.delete(id);
    } else throw new Refusal(404, "no such upload");
    response.writeHead(200, { etag });
    response.end();
  }

  function batch(
    { operation, hash_algo, objects: wanted }: { operation: string; hash_algo: string; objects: Pointer[] },
    origin: string,
  ): object {
    if (operation !== "upload" || hash_algo !== "sha256") throw new Refusal(422, "not understood");
    const verify = { href: `${origin}/datasets/${REPOSITORY}.git/verify` };
    return {
      transfer: "basic",
      objects: wanted.map(({ oid, size }) => {
        if (objects.has(oid)) return { oid, size };
        if (size <= partSize) {
          return { oid, size, actions: { upload: { href: `${origin}/storage/${oid}` }, verify } };
        }
        const id = randomUUID();
        uploads.set(id, { oid, size, parts: new Map() });
        const count = Math.ceil(size / partSize);
        const urls = Array.from(
          { length: count },
          (_, i): [string, string] => [String(i + 1).padStart(5, "0"), `${origin}/upload/${id}/${i + 1}`],
        );
        const header = { chunk_size: String(partSize), ...Object.fromEntries(urls) };
        return { oid, size, actions: { upload: { href: `${origin}/complete/${id}`, header }, verify } };
      }),
    };
  }

  function commit(branch: string, body: Buffer): object {
    const lines = body.toString().trimEnd().split("\n").map((line) => JSON.parse(line));
    const [{ key, value: { summary, parentCommit } }] = lines;
    if (key !== "header" || !summary) throw new Refusal(400, "no header");
    const parent = tip(branch);
    if (parent === undefined) throw new Refusal(404, `Invalid rev id: ${branch}`, "RevisionNotFound");
    if (parentCommit !== undefined && parentCommit !== parent.oid) {
      throw new Refusal(412, "A commit has happened since. Please refresh and try again.");
    }
    const tree = new Map(parent.tree);
    for (const { key, value } of lines.slice(1)) {
      if (key === "file" && value.encoding === "base64") {
        tree.set(value.path, blobOf(Buffer.from(value.content, "base64")));
      } else if (key === "lfsFile" && value.algo === "sha256") {
        if (objects.get(value.oid)?.length !== value.size) throw new Refusal(400, `no object ${value.oid}`);
        tree.set(value.path, lfsBlob(value.oid, value.size));
      } else if (key === "deletedFile") {
        if (!tree.delete(value.path)) throw new Refusal(400, `no file ${value.path}`);
      } else throw new Refusal(400, `no such line: ${key}`);
    }
    const { oid } = append(branch, summary, tree);
    return {
      success: true,
      commitOid: oid,
      commitUrl: `https://huggingface.co/datasets/${REPOSITORY}/commit/${oid}`,
    };
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const stub: HubStub = {
    url: `http://127.0.0.1:${port}`,
    requests,
    files: (branch = "main") => new Map([...tip(branch)!.tree].map(([path, blob]) => [path, bytesOf(blob)])),
    commits: (branch = "main") => branches.get(branch)!.map(({ summary }) => summary),
    commit(path, content) {
      const tree = new Map(tip("main")!.tree);
      if (content === undefined) tree.delete(path);
      else tree.set(path, blobOf(Buffer.from(content)));
      append("main", "somebody else", tree);
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return stub;
}

interface PreuploadFile {
  readonly path: string;
  readonly size: number;
  readonly sample: string;
}

interface Pointer {
  readonly oid: string;
  readonly size: number;
}

class Refusal extends Error {
  constructor(readonly status: number, message: string, readonly code = "") {
    super(message);
  }
}

/** Answers with bytes, or the range of them that was asked for. */
function send({ method, headers }: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "") ?? [];
  let part = bytes;
  if (first !== undefined) {
    const end = Math.min(last ? Number(last) + 1 : Infinity, bytes.length);
    if (Number(first) >= bytes.length) {
      response.writeHead(416, { "content-range": `bytes */${bytes.length}` });
      return void response.end();
    }
    part = bytes.subarray(Number(first), end);
    response.statusCode = 206;
    response.setHeader("content-range", `bytes ${first}-${end - 1}/${bytes.length}`);
  }
  response.setHeader("content-length", part.length);
  response.end(method === "HEAD" ? undefined : part);
}

function info(path: string, { size, oid, lfs }: Blob): object {
  return { type: "file", path, size, oid, ...lfs && { lfs: { oid: lfs, size, pointerSize: 130 } } };
}

function blobOf(content: Buffer): Blob {
  return { size: content.length, oid: sha1(`blob ${content.length}\0`, content), content };
}

function lfsBlob(lfs: string, size: number): Blob {
  return { size, oid: sha1(`pointer to ${lfs}`), lfs };
}

function sha1(...parts: (string | Buffer)[]): string {
  const hash = createHash("sha1");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
