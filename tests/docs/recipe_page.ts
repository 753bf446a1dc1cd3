/** Runs a page of docs/recipes as it stands there, with the sample dataset that is packed for it. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { pack } from "../../mod.ts";
import { tempDir } from "../dataset/temp.ts";
import { KEY, MINIO, SECRET, startMinio, startVersitygw, VERSITYGW } from "../store/servers.ts";
import { pathOf, python, runOk, testWith } from "../tools.ts";
import { type Example, readExamples } from "./examples.ts";
import { runShell } from "./shell.ts";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const recipes = join(root, "docs", "recipes");
/** All blocks of a page. */
export const examplesOf = (page: string) => readExamples(readFileSync(join(recipes, page), "utf8"));
/** Programs that pip installs lie beside its Python. */
const PATH = dirname(pathOf(python) ?? "") + delimiter + process.env.PATH;

/** What the blocks of a page have printed, and the folder they ran in. */
export interface Ran {
  readonly said: string;
  readonly folder: string;
  readonly env: Record<string, string | undefined>;
}

/** Writes a block into its file, or runs it; gives what it printed. */
function runExample({ language, words: [file], code }: Example, { folder, env }: Omit<Ran, "said">): string {
  if (file === "not-run") return "";
  if (file !== undefined) {
    writeFileSync(join(folder, file), code);
    return "";
  }
  if (language === "sh") return runShell(code, { cwd: folder, env });
  assert.equal(language, "python", "nothing else is run");
  return runOk([python, "-c", code], { cwd: folder, env });
}

/** The sample dataset as `birds`, and an environment for what reads it. */
async function prepare(folder: string, endpoint = ""): Promise<Omit<Ran, "said">> {
  await pack({ dataset: join(root, "fixtures", "sample"), output: join(folder, "birds") });
  const env = {
    ...process.env,
    PATH,
    HF_HOME: join(folder, "hf-cache"),
    HF_HUB_OFFLINE: "1",
    AWS_ACCESS_KEY_ID: KEY,
    AWS_SECRET_ACCESS_KEY: SECRET,
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: join(folder, "none"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
    AWS_ENDPOINT_URL: endpoint,
    S3_ENDPOINT_URL: endpoint,
    RCLONE_S3_PROVIDER: "Other",
    RCLONE_S3_ENDPOINT: endpoint,
    RCLONE_CONFIG: join(folder, "none"),
  };
  return { folder, env };
}

/** Servers a page can ask for. */
const STORES = {
  versitygw: { program: VERSITYGW, start: startVersitygw },
  minio: { program: MINIO, start: startMinio },
};

/** Declares the test of a page; with `store`, against a server with a bucket; versitygw has the set at `s3://my-bucket/birds`. */
export function pageTest(
  page: string,
  { needs, store }: { needs: string[]; store?: keyof typeof STORES },
  check: (ran: Ran, bucket: string) => void,
): void {
  const name = `docs/recipes/${page}: its blocks run, and do what the page says`;
  testWith([...needs, ...store ? [STORES[store].program] : []], name, async () => {
    using temp = tempDir();
    await using server = store && await STORES[store].start();
    const place = await prepare(temp.path, server?.url);
    const bucket = join(server?.dir ?? temp.path, "my-bucket");
    if (store) {
      mkdirSync(bucket);
      if (store === "versitygw") cpSync(join(temp.path, "birds"), join(bucket, "birds"), { recursive: true });
    }
    const said = examplesOf(page).map((example) => runExample(example, place)).join("");
    check({ ...place, said }, bucket);
  });
}
