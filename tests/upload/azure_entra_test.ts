/**
 * Tokens of Microsoft Entra ID. Azurite takes them and checks what they claim; who gives them is a stand-in of ours, as there
 * is no server of Entra to be had.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createPlain, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { tempDir } from "../dataset/temp.ts";
import {
  AZURE_ACCOUNT,
  AZURITE,
  BUCKET,
  type Certificate,
  makeCertificate,
  serverTest,
  startAzurite,
} from "../store/servers.ts";
import { largeSet } from "./sets.ts";

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
/** The program finds its own modules there. */
const source = fileURLToPath(new URL("../../src", import.meta.url));
const TENANT = "11111111-2222-3333-4444-555555555555";
const CLIENT = "66666666-7777-8888-9999-000000000000";
const SECRET = "correct~horse.battery-staple";

/** A token as Entra gives them, as far as Azurite looks. */
function token(): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: "https://storage.azure.com",
    iss: `https://sts.windows.net/${TENANT}/`,
    nbf: now - 60,
    iat: now - 60,
    exp: now + 3600,
    oid: CLIENT,
    tid: TENANT,
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ typ: "JWT", alg: "RS256" })}.${part(claims)}.${
    Buffer.from("signature").toString("base64url")
  }`;
}

interface Authority extends AsyncDisposable {
  readonly url: string;
  /** What was asked with, one line for each token. */
  readonly asked: string[];
}

/** Gives tokens to an application with the right secret or with this assertion, and to a machine that asks by its header. */
async function startAuthority(certificate: Certificate | undefined, assertion: string): Promise<Authority> {
  const asked: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    request.on("data", (chunk) => body += chunk).on("end", () => {
      const json = (value: object, status = 200) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
      };
      const form = new URLSearchParams(body);
      if (request.url!.includes("openid-configuration")) {
        const base = `https://${request.headers.host}/${TENANT}`;
        return json({
          issuer: `${base}/v2.0`,
          token_endpoint: `${base}/oauth2/v2.0/token`,
          authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
          jwks_uri: `${base}/keys`,
        });
      }
      if (request.headers["x-identity-header"] === SECRET) {
        asked.push("machine");
        const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
        return json({
          access_token: token(),
          expires_on,
          resource: "https://storage.azure.com",
          token_type: "Bearer",
        });
      }
      const scope = form.get("scope")?.includes("https://storage.azure.com/.default");
      if (scope && form.get("client_id") === CLIENT && form.get("client_secret") === SECRET) {
        asked.push("secret");
      } else if (scope && form.get("client_assertion") === assertion) asked.push("assertion");
      else {
        const error_description = "AADSTS7000215: Invalid client secret provided. Trace ID: 0";
        return json({ error: "invalid_client", error_description, error_codes: [7000215] }, 401);
      }
      json({ token_type: "Bearer", expires_in: 3600, access_token: token() });
    });
  };
  const server = certificate
    ? createServer({ cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) }, answer)
    : createPlain(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    url: certificate ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Runs the program with the permissions that docs/upload.md names, and with this environment only. */
function command(args: string[], env: Record<string, string>, permissions: string[]) {
  return new Promise<{ code: number; output: string }>((resolve) => {
    const { HOME = "", PATH = "", DENO_DIR = "" } = process.env;
    const options = { env: { HOME, PATH, ...DENO_DIR && { DENO_DIR }, NO_COLOR: "1", ...env } };
    const all = ["run", "--no-prompt", "--no-check", ...permissions, main, ...args];
    execFile(process.execPath, all, options, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
    });
  });
}

serverTest(
  [AZURITE, "openssl"],
  "Azure: an application, a workload, a machine and who is signed in get in by Entra ID",
  async () => {
    using temp = tempDir();
    const certificate = makeCertificate(temp.path);
    const set = join(temp.path, "set");
    largeSet(set, 100_000);
    const assertion = join(temp.path, "assertion");
    writeFileSync(assertion, "eyJ.from.kubernetes");
    const bin = join(temp.path, "bin");
    mkdirSync(bin);
    const cli = { accessToken: token(), expires_on: Math.floor(Date.now() / 1000) + 3600 };
    writeFileSync(join(bin, "az"), `#!/bin/sh\ncat <<'END'\n${JSON.stringify(cli)}\nEND\n`);
    chmodSync(join(bin, "az"), 0o755);

    await using azurite = await startAzurite(certificate);
    await using entra = await startAuthority(certificate, "eyJ.from.kubernetes");
    await using machine = await startAuthority(undefined, "");
    const permissions = [
      `--allow-read=${temp.path},${source}`,
      `--allow-write=${temp.path}`,
      "--allow-env",
      "--allow-sys",
    ];
    const base = { DENO_CERT: certificate.cert, AZURE_AUTHORITY_HOST: entra.url };
    const application = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT };
    const ways: [name: string, env: Record<string, string>, permissions?: string[]][] = [
      ["secret", { ...application, AZURE_CLIENT_SECRET: SECRET }],
      ["assertion", { ...application, AZURE_FEDERATED_TOKEN_FILE: assertion }],
      ["machine", { IDENTITY_ENDPOINT: `${machine.url}/token`, IDENTITY_HEADER: SECRET }],
      [
        "cli",
        {
          AZURE_TOKEN_CREDENTIALS: "AzureCliCredential",
          PATH: `${bin}${delimiter}${process.env.PATH}`,
        },
        ["--allow-run"],
      ],
    ];
    for (const [name, env, more = []] of ways) {
      const place = `az://${AZURE_ACCOUNT}/${BUCKET}/${name}`;
      const all = [...permissions, ...more, "--allow-net"];
      const sent = await command(["upload", set, place, "--endpoint", azurite.url], { ...base, ...env }, all);
      assert.equal(sent.code, 0, `${name}: ${sent.output}`);
      if (name !== "secret") continue;
      const read = await command(["verify", place, "--endpoint", azurite.url], { ...base, ...env }, all);
      assert.equal(read.code, 0, `${name}: ${read.output}`);
    }
    assert.deepEqual([...new Set(entra.asked)], ["secret", "assertion"]);
    assert.deepEqual([...new Set(machine.asked)], ["machine"]);

    // What is wrong is told, with its remedy; no secret is.
    const place = ["upload", set, `az://${AZURE_ACCOUNT}/${BUCKET}/wrong`, "--endpoint", azurite.url];
    const all = [...permissions, "--allow-net"];
    const wrong = await command(place, { ...base, ...application, AZURE_CLIENT_SECRET: "wrong~secret" }, all);
    assert.equal(wrong.code, 1, wrong.output);
    assert.match(wrong.output, /AADSTS7000215[\s\S]*AZURE_CLIENT_SECRET/);
    assert.doesNotMatch(wrong.output, /wrong~secret/);
    const none = await command(place, { ...base, AZURE_TOKEN_CREDENTIALS: "EnvironmentCredential" }, all);
    assert.equal(none.code, 1, none.output);
    assert.match(none.output, /no credentials for Azure[\s\S]*az login/);
    const denied = await command(place, { ...base, ...application, AZURE_CLIENT_SECRET: SECRET }, [
      ...permissions.filter((flag) => flag !== "--allow-sys"),
      "--allow-net",
    ]);
    assert.notEqual(denied.code, 0);
    assert.match(denied.output, /--allow-sys/);
  },
);
