/** Lists an archive given as bytes, and reads what is in it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DOES_NOT_FIT } from "../../src/io/read_file.ts";
import type { Issue } from "../../src/model/issue.ts";
import { listArchive } from "../../src/archive/list_archive.ts";
import type { FileSource } from "../../src/source/source.ts";
import { tempDir } from "../dataset/temp.ts";

/** What is in an archive: text by path, or the error of a file that cannot be read. */
export interface Listed {
  files: Record<string, string>;
  /** `code path` of each issue. */
  told: string[];
  issues: Issue[];
}

/** Lists and reads everything. */
export async function listed(archive: Uint8Array, name = "data.zip"): Promise<Listed> {
  using temp = tempDir();
  return await listedIn(temp.path, archive, name);
}

/** Lists and reads everything; the archive is written into this folder. */
export async function listedIn(folder: string, archive: Uint8Array, name: string): Promise<Listed> {
  const path = join(folder, name);
  writeFileSync(path, archive);
  const issues: Issue[] = [];
  const tree = await listArchive(path, { issue: (issue) => issues.push(issue) });
  try {
    const files = Object.fromEntries([...tree.paths()].map((file) => [file, textOf(tree.source, file)]));
    return { files, told: issues.map((issue) => `${issue.code} ${issue.path}`), issues };
  } finally {
    tree.source.close();
  }
}

/** Content of a file as Latin-1 text, read in each of the ways there are; what is wrong with it otherwise. */
export function textOf(source: FileSource, path: string): string {
  const text = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  try {
    let buffer = new Uint8Array(1);
    let size: number;
    while ((size = source.read(path, buffer, 0)) === DOES_NOT_FIT) buffer = new Uint8Array(buffer.length * 8);
    const whole = text(buffer.subarray(0, size));
    const pieces: string[] = [];
    source.readPieces(path, new Uint8Array(7), (piece) => pieces.push(text(piece)));
    const file = source.open(path);
    const ranged = new Uint8Array(file.size);
    file.read(ranged, 0);
    file.close();
    const head = new Uint8Array(5);
    const count = source.readHead(path, head, 5);
    const others = [pieces.join(""), text(ranged)];
    if (others.some((other) => other !== whole) || text(head.subarray(0, count)) !== whole.slice(0, 5)) {
      throw new Error(`read in different ways: ${JSON.stringify([whole, ...others])}`);
    }
    return whole;
  } catch (error) {
    if ((error as { code?: string }).code !== "EBADMSG") throw error;
    return `! ${(error as Error).message}`;
  }
}
