/**
 * Signature Version 4 of AWS for S3 ("Create a signed AWS API request" in AWS's documentation). It is made without a promise: a
 * set is read by a thousand small requests a second, and Web Crypto's answers cost more than those of the store.
 */
import { createHash, createHmac } from "node:crypto";
import { encodeKey } from "./address.ts";
import type { S3Credentials } from "./credentials.ts";

const ALGORITHM = "AWS4-HMAC-SHA256";
/** Bodies carry a checksum of their own. */
const BODY = "UNSIGNED-PAYLOAD";
/** Headers that servers on the way may change. */
const UNSIGNED = new Set(["content-type", "range"]);

type Headers = Readonly<Record<string, string>>;

/** Signs requests to the buckets of a region. */
export class S3Signer {
  /** Key of the day, and what it was made of. */
  #kept: { of: string; key: Uint8Array } = { of: "", key: new Uint8Array() };

  constructor(readonly region: string) {}

  /**
   * The headers to send with a request: those given, and the signature over them.
   *
   * @param headers Names in lower case.
   * @param date When the request is sent.
   */
  headers(
    method: string,
    url: URL,
    headers: Headers,
    { accessKeyId, secretAccessKey, sessionToken }: S3Credentials,
    date = new Date(),
  ): Record<string, string> {
    const time = timestamp(date);
    const sent: Record<string, string> = { ...headers, "x-amz-content-sha256": BODY, "x-amz-date": time };
    if (sessionToken) sent["x-amz-security-token"] = sessionToken;
    const signed: Record<string, string> = { host: url.host };
    for (const name of Object.keys(sent)) if (!UNSIGNED.has(name)) signed[name] = sent[name];
    const { scope, names, signature } = this.#sign(method, url, signed, secretAccessKey, time);
    sent.authorization =
      `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return sent;
  }

  /** A link with which anybody can read an object for so many seconds. */
  link(
    url: URL,
    seconds: number,
    { accessKeyId, secretAccessKey, sessionToken }: S3Credentials,
    date = new Date(),
  ): URL {
    const time = timestamp(date);
    const link = new URL(url);
    const query = link.searchParams;
    query.set("X-Amz-Algorithm", ALGORITHM);
    query.set("X-Amz-Credential", `${accessKeyId}/${this.#scope(time)}`);
    query.set("X-Amz-Date", time);
    query.set("X-Amz-Expires", String(seconds));
    if (sessionToken) query.set("X-Amz-Security-Token", sessionToken);
    query.set("X-Amz-SignedHeaders", "host");
    query.set(
      "X-Amz-Signature",
      this.#sign("GET", link, { host: url.host }, secretAccessKey, time).signature,
    );
    return link;
  }

  #sign(method: string, url: URL, headers: Headers, secret: string, time: string) {
    const ordered = Object.keys(headers).sort();
    const names = ordered.join(";");
    const query = [...url.searchParams].map((pair) => pair.map(encode).join("=")).sort().join("&");
    const request = [
      method,
      url.pathname,
      query,
      ...ordered.map((name) => `${name}:${headers[name].trim().replace(/\s+/g, " ")}`),
      "",
      names,
      BODY,
    ].join("\n");
    const scope = this.#scope(time);
    const text = [ALGORITHM, time, scope, createHash("sha256").update(request).digest("hex")].join("\n");
    return { scope, names, signature: hmac(this.#key(secret, time.slice(0, 8)), text).toString("hex") };
  }

  #scope(time: string): string {
    return `${time.slice(0, 8)}/${this.region}/s3/aws4_request`;
  }

  /** Key of a day. */
  #key(secret: string, day: string): Uint8Array {
    const of = `${day}/${secret}`;
    if (this.#kept.of !== of) {
      const key = [day, this.region, "s3", "aws4_request"].reduce<string | Uint8Array>(hmac, `AWS4${secret}`);
      this.#kept = { of, key: key as Uint8Array };
    }
    return this.#kept.key;
  }
}

function hmac(key: string | Uint8Array, text: string) {
  return createHmac("sha256", key).update(text).digest();
}

/** As `20261123T074343Z`. */
function timestamp(date: Date): string {
  return date.toISOString().replace(/[:-]|\.\d{3}/g, "");
}

/** Percent-encodes all but the unreserved characters of RFC 3986, `/` too. */
function encode(text: string): string {
  return encodeKey(text).replaceAll("/", "%2F");
}
