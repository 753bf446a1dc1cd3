import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";

/** Headers whose values are signed in this order; the length is that of the body, empty for none. */
const SIGNED = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "if-modified-since",
  "if-match",
  "if-none-match",
  "if-unmodified-since",
  "range",
];

/**
 * Value of the `Authorization` header for a request to Azure's blob service ("Authorize with Shared Key").
 *
 * @param headers Names in lower case; with `x-ms-date`, and `content-length` unless it is 0.
 * @param key Account key in base 64.
 */
export function sharedKey(
  account: string,
  key: string,
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
): string {
  const own = Object.keys(headers).filter((name) => name.startsWith("x-ms-")).sort();
  const query = [...url.searchParams].map(([name, value]) => `\n${name.toLowerCase()}:${value}`).sort();
  const text = [
    method,
    ...SIGNED.map((name) => headers[name] ?? ""),
    ...own.map((name) => `${name}:${headers[name].trim()}`),
    `/${account}${url.pathname}${query.join("")}`,
  ].join("\n");
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  return `SharedKey ${account}:${signature}`;
}
