import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PackError } from "../../../src/model/issue.ts";
import type { PackOptions } from "../../../src/pack/options.ts";
import { openAzure } from "../../../src/store/open.ts";
import { pack } from "../../../src/upload/straight/pack.ts";
import { tempDir } from "../../dataset/temp.ts";
import { AZURE_ACCOUNT, AZURE_KEY, AZURITE, BUCKET, serverTest, startAzurite } from "../../store/servers.ts";
import { MiB, QUICK } from "../sets.ts";
import { largeDataset } from "./large_dataset.ts";

serverTest(
  [AZURITE],
  "Azure: the same bytes are there as after a run and an upload, or nothing",
  async () => {
    await using server = await startAzurite();
    using temp = tempDir();
    using way = tempDir();
    const [dataset, local] = ["data", "local"].map((name) => join(temp.path, name));
    largeDataset(dataset, 9);
    const env = { AZURE_STORAGE_KEY: AZURE_KEY };
    const store = await openAzure(
      { kind: "az", account: AZURE_ACCOUNT, container: BUCKET, prefix: "birds" },
      {
        endpoint: server.url,
        env,
      },
    );
    const straight = (more: Partial<PackOptions> = {}): PackOptions => ({
      dataset,
      output: `az://${AZURE_ACCOUNT}/${BUCKET}/birds`,
      media: "mp4",
      temp: way.path,
      store: { endpoint: server.url, env, retry: QUICK, partSize: 2 * MiB },
      ...more,
    });
    const names = ["media_bundle.mp4", "unified_annotation.json", "frame_manifest.json"];
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = ({ phase }: { phase: string }) => {
      if (phase === "upload") controller.abort();
    };
    await assert.rejects(
      pack(straight({ signal, onProgress })),
      (error) => error instanceof PackError && error.exitCode === 130,
    );
    for (const name of names) assert.equal(await store.head(name), undefined, name);
    await pack(straight());
    await pack({ dataset, output: local, media: "mp4" });
    for (const name of names) {
      const bytes = readFileSync(join(local, name));
      assert.ok(bytes.equals(await store.get(name, 0, bytes.length + 1)), name);
    }
    store.close();
    assert.deepEqual(readdirSync(way.path), []);
  },
);
