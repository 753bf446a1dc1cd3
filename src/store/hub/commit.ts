import { Buffer } from "node:buffer";

/** What a commit does with a path. */
export type Change =
  /** A file of Git itself, which travels within the commit. */
  | { readonly kind: "regular"; readonly content: Uint8Array }
  /** A file of Git LFS, which the Hub has already. */
  | { readonly kind: "lfs"; readonly oid: string; readonly size: number }
  | { readonly kind: "deleted" };

/**
 * Body of a commit: a line of JSON for the commit, and one for each path.
 *
 * @param parent Commit it is made on; with another one in between, the Hub refuses.
 */
export function commitBody(
  summary: string,
  parent: string,
  changes: Iterable<readonly [path: string, change: Change]>,
): Uint8Array {
  const lines: object[] = [{ key: "header", value: { summary, description: "", parentCommit: parent } }];
  for (const [path, change] of changes) {
    if (change.kind === "deleted") lines.push({ key: "deletedFile", value: { path } });
    else if (change.kind === "lfs") {
      lines.push({ key: "lfsFile", value: { path, algo: "sha256", oid: change.oid, size: change.size } });
    } else {
      const content = Buffer.from(change.content).toString("base64");
      lines.push({ key: "file", value: { path, content, encoding: "base64" } });
    }
  }
  return new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}
