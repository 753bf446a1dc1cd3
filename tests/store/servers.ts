/** Object stores and a faulty network as child processes of a test, on free ports of this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { sharedKey } from "../../src/store/azure/shared_key.ts";
import { tempDir } from "../dataset/temp.ts";
import { installed, runOk } from "../tools.ts";

/** The S3 server every test runs against. */
export const VERSITYGW = tool("COMPACT_UPLOADER_VERSITYGW", "versitygw");
/** Another one, to see that nothing is peculiar to the first. */
export const MINIO = tool("COMPACT_UPLOADER_MINIO", "minio");
/** Breaks and slows connections; its Go package calls the program just `server`. */
export const TOXIPROXY = tool("COMPACT_UPLOADER_TOXIPROXY", "toxiproxy-server");

export const KEY = "testtest";
export const SECRET = "correct-horse-battery";
export const BUCKET = "bucket";

function tool(variable: string, name: string): string {
  return process.env[variable] || name;
}

/** Declares a test that needs servers; skipped by name where one is not installed. */
export function serverTest(needs: readonly string[], name: string, run: () => Promise<void>): void {
  const missing = needs.filter((program) => !installed(program));
  const skipped = missing.length > 0;
  Deno.test({
    name: skipped ? `${name} (skipped: ${missing.join(", ")} is not installed)` : name,
    ignore: skipped,
    fn: run,
  });
}

/** A server that runs until it is disposed of. */
export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Folder in which it keeps its data. */
  readonly dir: string;
}

/** A port nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** Starts a server and waits until it answers. */
async function start(
  program: string,
  args: (port: number, dir: string) => readonly string[],
  /** Path that is answered with success as soon as the server is ready; undefined: any answer will do. */
  health: string | undefined,
  env: Record<string, string> = {},
  /** Certificate the server has; undefined: it speaks plain HTTP. */
  ca?: string,
): Promise<Server> {
  const port = await freePort();
  const temp = tempDir();
  const dir = join(temp.path, "data");
  mkdirSync(join(dir, BUCKET), { recursive: true });
  const child = spawn(program, args(port, dir), { env: { ...process.env, ...env }, stdio: "ignore" });
  const url = ca === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  const stop = async () => {
    await ended(child);
    temp[Symbol.dispose]();
  };
  try {
    await answering(child, url + (health ?? "/"), health === undefined, program, ca);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, dir, [Symbol.asyncDispose]: stop };
}

async function answering(
  child: ChildProcess,
  url: string,
  anyAnswer: boolean,
  program: string,
  ca: string | undefined,
): Promise<void> {
  using client = ca === undefined ? undefined : Deno.createHttpClient({ caCerts: [ca] });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`"${program}" ended with ${child.exitCode}.`);
    try {
      const response = await fetch(url, { client });
      await response.body?.cancel();
      if (anyAnswer || response.ok) return;
    } catch {
      // Not listening yet.
    }
    await wait(20);
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

/** versitygw with one empty bucket; objects are files in `dir`. */
export function startVersitygw(): Promise<Server> {
  const args = (port: number, dir: string) => [
    ...["--port", `127.0.0.1:${port}`, "--quiet", "--keep-alive", "--health", "/health"],
    ...["--cors-allow-origin", "*", "posix", dir],
  ];
  return start(VERSITYGW, args, "/health", { ROOT_ACCESS_KEY: KEY, ROOT_SECRET_KEY: SECRET });
}

/** MinIO with one empty bucket. */
export function startMinio(): Promise<Server> {
  const args = (port: number, dir: string) => ["server", "--address", `127.0.0.1:${port}`, "--quiet", dir];
  const env = {
    MINIO_ROOT_USER: KEY,
    MINIO_ROOT_PASSWORD: SECRET,
    MINIO_BROWSER: "off",
    MINIO_UPDATE: "off",
  };
  return start(MINIO, args, "/minio/health/cluster", env);
}

/** A network between a client and a server. */
export interface Toxiproxy extends AsyncDisposable {
  /** Where the client connects to. */
  readonly url: string;
  /** Makes the network worse; as https://github.com/Shopify/toxiproxy describes toxics. */
  add(toxic: { type: string; stream: string; toxicity?: number; attributes: object }): Promise<void>;
}

/** Toxiproxy before a server. */
export async function startToxiproxy(upstream: string): Promise<Toxiproxy> {
  const args = (port: number) => ["-host", "127.0.0.1", "-port", String(port)];
  const server = await start(TOXIPROXY, args, "/version", { LOG_LEVEL: "error" });
  const listen = `127.0.0.1:${await freePort()}`;
  const post = async (path: string, body: object) => {
    const response = await fetch(server.url + path, { method: "POST", body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
  };
  await post("/proxies", { name: "store", listen, upstream: new URL(upstream).host, enabled: true });
  return {
    url: `http://${listen}`,
    add: (toxic) => post("/proxies/store/toxics", toxic),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Azure's own emulator of its blob service, from npm. */
export const AZURITE = tool("COMPACT_UPLOADER_AZURITE", "azurite-blob");
/** The account every emulator has; its key is public. */
export const AZURE_ACCOUNT = "devstoreaccount1";
export const AZURE_KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** Files with a certificate of `localhost` and its key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate that vouches for itself. */
export function makeCertificate(dir: string): Certificate {
  const [cert, key] = ["cert.pem", "key.pem"].map((name) => join(dir, name));
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  // As an authority, it could not be a server's own.
  const type = [
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-addext",
    "basicConstraints=critical,CA:FALSE",
  ];
  runOk(["openssl", "req", "-x509", ...type, ...names, "-keyout", key, "-out", cert]);
  return { cert, key };
}

/**
 * Azurite with one empty container; `url` leads to the account.
 *
 * @param certificate It speaks HTTPS, and takes tokens of Entra ID, whose claims it checks, though not their signature.
 */
export async function startAzurite(certificate?: Certificate): Promise<Server> {
  const secure = certificate
    ? ["--cert", certificate.cert, "--key", certificate.key, "--oauth", "basic"]
    : [];
  const args = (port: number, dir: string) => [
    ...["--blobHost", "127.0.0.1", "--blobPort", String(port), "--location", dir],
    ...["--silent", "--skipApiVersionCheck", "--disableTelemetry", ...secure],
  ];
  const ca = certificate && readFileSync(certificate.cert, "utf8");
  const server = await start(AZURITE, args, undefined, {}, ca);
  const account = `${server.url}/${AZURE_ACCOUNT}`;
  const url = new URL(`${account}/${BUCKET}?restype=container`);
  const headers = { "x-ms-date": new Date().toUTCString(), "x-ms-version": "2021-12-02" };
  const authorization = sharedKey(AZURE_ACCOUNT, AZURE_KEY, "PUT", url, headers);
  using client = ca === undefined ? undefined : Deno.createHttpClient({ caCerts: [ca] });
  const response = await fetch(url, { method: "PUT", headers: { ...headers, authorization }, client });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`Azurite made no container: ${response.status}`);
  return { ...server, url: account };
}
