/** How new objects are kept. */
export interface S3Settings {
  /** `STANDARD_IA`, `GLACIER_IR`, … */
  readonly storageClass?: string;
  /** `AES256`, `aws:kms`, or `aws:kms:KEY`. */
  readonly sse?: string;
  /** Canned ACL: `private`, `bucket-owner-full-control`, … */
  readonly acl?: string;
  /** Tags of the objects. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Headers of a new object. */
export function creationHeaders(
  { storageClass, sse, acl, tags }: S3Settings,
  crc32: number | undefined,
): Record<string, string | undefined> {
  const [, kms, key] = /^(aws:kms(?::dsse)?)(?::(.+))?$/.exec(sse ?? "") ?? [];
  return {
    "content-type": "application/octet-stream",
    "x-amz-meta-crc32": crc32?.toString(16).padStart(8, "0"),
    "x-amz-storage-class": storageClass,
    "x-amz-server-side-encryption": kms ?? sse,
    "x-amz-server-side-encryption-aws-kms-key-id": key,
    "x-amz-acl": acl,
    "x-amz-tagging": tags && new URLSearchParams(tags).toString(),
  };
}
