import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** A member of a tar. */
export interface TarMember {
  name: string;
  mode: string;
  mtime: string;
  magic: string;
  content: Uint8Array;
  /** First byte of the content in the file. */
  offset: number;
}

/** Members of a ustar file without pax headers. */
export function members(path: string): TarMember[] {
  const bytes = readFileSync(path);
  const field = (at: number, length: number) =>
    bytes.toString("latin1", at, at + length).replace(/\0.*$/s, "");
  const found: TarMember[] = [];
  let at = 0;
  while (bytes[at] !== 0) {
    const size = parseInt(field(at + 124, 12), 8);
    found.push({
      name: field(at, 100),
      mode: field(at + 100, 8),
      mtime: field(at + 136, 12),
      magic: field(at + 257, 6),
      offset: at + 512,
      content: new Uint8Array(bytes.subarray(at + 512, at + 512 + size)),
    });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  assert.ok(bytes.subarray(at).every((byte) => byte === 0));
  assert.equal(bytes.length - at, 1024);
  return found;
}
