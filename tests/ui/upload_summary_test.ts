import assert from "node:assert/strict";
import { cleanSummary, forecastSummary, uploadSummary } from "../../src/ui/upload_summary.ts";
import type { UploadedFile } from "../../src/upload/options.ts";

const files: UploadedFile[] = [
  { name: "media_bundle.zip", size: 2e9, action: "appended", kept: 1.9e9 },
  { name: "unified_annotation.json", size: 5e6, action: "sent", kept: 0 },
  { name: "frame_manifest.json", size: 1e6, action: "there", kept: 1e6 },
];
const report = { location: "s3://b/x", files, bytesSent: 105e6, requests: 31, retries: 2, seconds: 10 };

Deno.test("the summary tells of every file where its bytes came from", () => {
  assert.deepEqual(uploadSummary(report), [
    "Uploaded to s3://b/x in 10 s, 105 MB sent, 10.5 MB/s",
    "",
    "  media_bundle.zip         2.00 GB, of which 1.90 GB are taken from what is there",
    "  unified_annotation.json  5.00 MB",
    "  frame_manifest.json      1.00 MB, there already",
    "",
    "  requests  31",
    "  repeated  2 requests",
  ]);
});

Deno.test("if nothing was to be done, the summary says so", () => {
  const there = files.map((file) => ({ ...file, action: "there" as const }));
  assert.deepEqual(uploadSummary({ ...report, files: there }), [
    "All of it is in s3://b/x already: nothing was sent.",
  ]);
  assert.deepEqual(cleanSummary({ location: "s3://b/x", aborted: [] }), [
    "There is nothing unfinished in s3://b/x.",
  ]);
});

Deno.test("a forecast tells bytes, requests, time and price", () => {
  const forecast = { dryRun: true, location: "s3://b/x", files, bytes: 105e6, requests: 31 } as const;
  assert.deepEqual(forecastSummary({ ...forecast, seconds: 60, requestCost: 0.0001 }).slice(-3), [
    "  requests  about 31",
    "  time      1 min 0 s at this bandwidth",
    "  price     less than $0.01 for the requests, by the list price of S3 Standard",
  ]);
  assert.match(
    forecastSummary({ ...forecast, seconds: undefined, requestCost: 12.345 }).at(-1)!,
    /about \$12\.3[45] /,
  );
});
