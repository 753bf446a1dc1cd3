/**
 * fast-check with the same cases in every run, so that a change is what makes a test fail. Other cases:
 * `COMPACT_UPLOADER_SEED=random`, or the number a failure names.
 */
import fc from "fast-check";
import process from "node:process";

const seed = process.env.COMPACT_UPLOADER_SEED;
if (seed !== "random") fc.configureGlobal({ seed: Number(seed ?? 1) });

export default fc;
