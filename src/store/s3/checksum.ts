import { Buffer } from "node:buffer";
import { combineCrc32 } from "../../media/crc32.ts";
import type { HttpResponse } from "../http.ts";
import type { ObjectInfo, Part } from "../store.ts";

/** CRC-32 of parts together; undefined if that of one is not known. */
export function sumOf(parts: readonly Part[]): number | undefined {
  return parts.reduce<number | undefined>(
    (sum, { crc32, size }) =>
      sum === undefined || crc32 === undefined ? undefined : combineCrc32(sum, crc32, size),
    0,
  );
}

/** What the headers of an answer tell of an object. */
export function infoOf({ headers }: HttpResponse, size: number): ObjectInfo {
  const etag = headers.etag;
  const noted = headers["x-amz-meta-crc32"];
  return {
    size,
    etag,
    crc32: fromBase64(headers["x-amz-checksum-crc32"]) ??
      (noted !== undefined && /^[0-9a-f]{8}$/.test(noted) ? parseInt(noted, 16) : undefined),
    md5: /^"?([0-9a-f]{32})"?$/.exec(etag ?? "")?.[1],
  };
}

/** Four bytes, the highest first, in base 64. */
export function base64(crc32: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32);
  return bytes.toString("base64");
}

/** Undefined for nothing, and for the checksum of checksums (`…-12`). */
export function fromBase64(text: string | undefined): number | undefined {
  if (text === undefined || !/^[A-Za-z0-9+/]{6}==$/.test(text)) return undefined;
  return Buffer.from(text, "base64").readUInt32BE(0);
}
