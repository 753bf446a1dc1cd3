import { createHash } from "node:crypto";
import type { RangeReader } from "../io/range_file.ts";
import { crc32 } from "../media/crc32.ts";

/** Bytes sent or hashed at once. */
const BLOCK = 256 * 1024;

/** Bytes to send; they can be read several times, as a request may be repeated. */
export interface Body {
  /** Bytes. */
  readonly size: number;
  /** The bytes in order, in arrays that stay as they are. */
  blocks(): Iterable<Uint8Array>;
  /** CRC-32 (ISO-HDLC); counted once. */
  crc32(): number;
  /** MD5, 16 bytes; counted once. */
  md5(): Uint8Array;
}

/**
 * A range of an open file.
 *
 * @param file Open file; it is read when the bytes are sent, so memory does not grow with `size`.
 * @param offset First byte.
 * @param size Bytes.
 * @throws {Error} While reading, if the file has become shorter.
 */
export function fileBody(file: RangeReader, offset: number, size: number): Body {
  return bodyOf(size, function* () {
    for (let at = 0; at < size; at += BLOCK) {
      const block = new Uint8Array(Math.min(BLOCK, size - at));
      if (file.read(block, offset + at) < block.length) {
        throw new Error(`The file ends before byte ${offset + size}.`);
      }
      yield block;
    }
  });
}

/** Bytes in memory. */
export function bytesBody(bytes: Uint8Array): Body {
  return bodyOf(bytes.length, function* () {
    for (let at = 0; at < bytes.length; at += BLOCK) yield bytes.subarray(at, at + BLOCK);
  });
}

function bodyOf(size: number, blocks: () => Iterable<Uint8Array>): Body {
  let crc: number | undefined;
  let digest: Uint8Array | undefined;
  return {
    size,
    blocks,
    crc32() {
      if (crc === undefined) {
        crc = 0;
        for (const block of blocks()) crc = crc32(block, crc);
      }
      return crc;
    },
    md5() {
      if (digest === undefined) {
        const hash = createHash("md5");
        for (const block of blocks()) hash.update(block);
        digest = new Uint8Array(hash.digest());
      }
      return digest;
    },
  };
}
