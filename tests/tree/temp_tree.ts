import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Issue } from "../../src/model/issue.ts";
import { type Scan, scan, type ScanOptions } from "../../src/scan/scan.ts";

/** Files of a folder: path to content. */
export type Files = Record<string, string | Uint8Array>;

/** Runs a test in a new folder with these files, and removes the folder. */
export async function withFiles(files: Files, run: (root: string) => Promise<void> | void): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "scan-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    await run(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Scans and keeps the issues. */
export async function scanned(
  options: ScanOptions,
): Promise<{ found: Scan; issues: Issue[]; codes: () => string[] }> {
  const issues: Issue[] = [];
  const found = await scan(options, { issue: (issue) => issues.push(issue) });
  return { found, issues, codes: () => issues.map((issue) => `${issue.code} ${issue.path}`) };
}

/** File name to label path of each frame. */
export function pairs(found: Scan): Record<string, string | undefined> {
  return Object.fromEntries([...found.frames()].map((frame) => [frame.fileName, frame.label?.path]));
}

/** File name to split of each frame. */
export function splits(found: Scan): Record<string, string | undefined> {
  return Object.fromEntries([...found.frames()].map((frame) => [frame.fileName, frame.split]));
}
