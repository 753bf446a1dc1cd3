/** Where the objects of a bucket are on the network. */
export interface S3Address {
  readonly bucket: string;
  /** What object names begin with, without `/` at the end; may be empty. */
  readonly prefix: string;
  readonly region: string;
  /** Server other than that of AWS, as `https://account.r2.cloudflarestorage.com`. */
  readonly endpoint?: string;
}

/** Names that are a part of a host name; one with a dot would not fit the certificate. */
const HOST_LABEL = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/**
 * URL of an object; of the bucket itself if there is no name. Servers other than AWS have the bucket in the path, which all
 * of them understand.
 */
export function objectUrl({ bucket, region, endpoint }: S3Address, key?: string): URL {
  const path = key === undefined ? "" : `/${encodeKey(key)}`;
  if (endpoint !== undefined) return new URL(`${endpoint.replace(/\/+$/, "")}/${encodeKey(bucket)}${path}`);
  const host = `s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  return HOST_LABEL.test(bucket)
    ? new URL(`https://${bucket}.${host}${path || "/"}`)
    : new URL(`https://${host}/${encodeKey(bucket)}${path}`);
}

/** Key of an object below the prefix. */
export function objectKey({ prefix }: S3Address, name: string): string {
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Percent-encodes all but the unreserved characters of RFC 3986 and `/`: what signatures are computed over. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll("%2F", "/").replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
