/**
 * A run that kills itself a while after a checkpoint: `DATASET OUTPUT MEDIA WORKERS CHECKPOINT MILLISECONDS`. Ends with code 0
 * if it was done before.
 */
import process from "node:process";
import type { Media } from "../../../src/media/container.ts";
import { packWithCheckpoints } from "../../../src/pack/pack.ts";

const [dataset, output, media, workers, checkpoint, milliseconds] = process.argv.slice(2);
let left = Number(checkpoint);
const end = () => process.kill(process.pid, "SIGKILL");
// The one before may have died when its set was there already.
const overwrite = true;
await packWithCheckpoints({ dataset, output, overwrite, media: media as Media, workers: Number(workers) }, {
  batch: 16,
  written() {
    if (--left !== 0) return;
    if (Number(milliseconds) === 0) end();
    else setTimeout(end, Number(milliseconds));
  },
});
