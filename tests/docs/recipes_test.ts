/** Runs the pages of docs/recipes, as they stand there, with the sample dataset that is packed for them. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { pack } from "../../mod.ts";
import { tempDir } from "../dataset/temp.ts";
import { KEY, SECRET, startVersitygw, VERSITYGW } from "../store/servers.ts";
import { installed, pathOf, python, runOk, testWith } from "../tools.ts";
import { type Example, readExamples } from "./examples.ts";
import { runShell } from "./shell.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const recipes = join(root, "docs", "recipes");
const examplesOf = (page: string) => readExamples(readFileSync(join(recipes, page), "utf8"));
/** Programs that pip installs lie beside its Python. */
const PATH = dirname(pathOf(python) ?? "") + delimiter + process.env.PATH;
const SET = ["media_bundle.zip", "unified_annotation.json", "frame_manifest.json"];

/** What the blocks of a page have printed, and the folder they ran in. */
interface Ran {
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

/** Declares the test of a page; with `store`, against a versitygw that has the set at `s3://my-bucket/birds`. */
function pageTest(
  page: string,
  { needs, store = false }: { needs: string[]; store?: boolean },
  check: (ran: Ran, bucket: string) => void,
): void {
  const name = `docs/recipes/${page}: its blocks run, and do what the page says`;
  testWith([...needs, ...store ? [VERSITYGW] : []], name, async () => {
    using temp = tempDir();
    await using server = store ? await startVersitygw() : undefined;
    const place = await prepare(temp.path, server?.url);
    const bucket = join(server?.dir ?? temp.path, "my-bucket");
    if (store) {
      mkdirSync(bucket);
      cpSync(join(temp.path, "birds"), join(bucket, "birds"), { recursive: true });
    }
    const said = examplesOf(page).map((example) => runExample(example, place)).join("");
    check({ ...place, said }, bucket);
  });
}

// Of the sample: 19 images with 61 boxes for training, 6 with 19 for validation; train/portrait.jpg is number 8 and upright
// only after its EXIF orientation was applied.
const CLASSES = "['sailboat', 'balloon', 'lighthouse']";

pageTest(
  "pytorch.md",
  { needs: ["python:PIL", "python:numpy", "python:boto3"], store: true },
  ({ said, folder, env }) => {
    assert.match(said, /^19 19 \(240, 320\) \[\[/);
    assert.match(said, /^\(240, 320, 3\) \(4, 4\) \[2, 2, 2, 2\]$/m);
    const workers = join(root, "tests", "docs", "loader_workers.py");
    for (const location of ["birds", "s3://my-bucket/birds"]) {
      for (const start of ["fork", "spawn"]) {
        assert.equal(runOk([python, workers, location, start], { cwd: folder, env }), "25 of 25\n");
      }
    }
  },
);

pageTest("supervision.md", { needs: ["sh", "python:supervision"] }, ({ said }) => {
  assert.ok(said.endsWith(`19 61 ${CLASSES}\n`), said);
});

pageTest("ultralytics.md", { needs: ["sh", "python:supervision"] }, ({ said }) => {
  assert.ok(said.endsWith(`train 19 61 ${CLASSES}\nval 6 19 ${CLASSES}\n`), said);
});

pageTest("huggingface.md", { needs: ["sh", "python:datasets", "python:PIL"] }, ({ said }) => {
  const both = "{'train': 19, 'validation': 6} 80 (320, 240)\n";
  assert.ok(said.endsWith(`${both}${both}from the bundle: 19 61 (320, 240)\n`), said);
});

pageTest("fsspec.md", { needs: ["python:fsspec", "python:s3fs"], store: true }, ({ said }) => {
  assert.equal(said, "19 in train, 16001 bytes\n16 images by range\n");
});

pageTest(
  "other_uploaders.md",
  { needs: ["sh", "python:awscli", "rclone", s5cmd()], store: true },
  ({ folder }, bucket) => {
    for (const prefix of ["aws", "s5cmd", "rclone"]) {
      for (const file of SET) {
        const sent = readFileSync(join(bucket, prefix, file));
        assert.ok(sent.equals(readFileSync(join(folder, "birds", file))), `${prefix}/${file}`);
      }
    }
  },
);

function s5cmd(): string {
  const beside = join(dirname(pathOf(python) ?? ""), "s5cmd");
  return installed(beside) ? beside : "s5cmd";
}

Deno.test("the index of docs/recipes names every page, and every block that is not run has its reason above it", () => {
  const pages = readdirSync(recipes).filter((name) => name !== "README.md");
  const index = readFileSync(join(recipes, "README.md"), "utf8");
  assert.deepEqual([...new Set(index.match(/(?<=\]\()\w+\.md/g))].sort(), pages.sort());
  for (const page of pages) {
    const text = readFileSync(join(recipes, page), "utf8");
    for (const [, link] of text.matchAll(/\]\(([^):]+)\)/g)) assert.ok(existsSync(join(recipes, link)), link);
    for (const { index } of text.matchAll(/^```\w+ not-run$/gm)) {
      assert.match(text.slice(0, index).trim().split("\n\n").at(-1)!, /not\s(is\s)?run/, page);
    }
  }
});
