import assert from "node:assert/strict";
import { AwsV4Signer } from "aws4fetch";
import { objectUrl } from "../../src/store/s3/address.ts";
import { S3Signer } from "../../src/store/s3/sign.ts";
import fc from "../property.ts";

const address = fc.record({
  bucket: fc.constantFrom("birds", "a.b", "Old_Bucket"),
  prefix: fc.constant(""),
  region: fc.constantFrom("us-east-1", "cn-north-1", "auto"),
  endpoint: fc.constantFrom(undefined, "http://127.0.0.1:7070", "https://host/below"),
});
const credentials = fc.record({
  accessKeyId: fc.stringMatching(/^[A-Z0-9]{4,20}$/),
  secretAccessKey: fc.string({ minLength: 1 }),
  sessionToken: fc.option(fc.stringMatching(/^[\w+/=]{1,40}$/), { nil: undefined }),
});
/** Names of files, with what has to be percent-encoded. */
const key = fc.array(
  fc.string({ unit: "grapheme", minLength: 1 }).filter((part) => !/^\.+$|[/\\]/.test(part)),
  {
    minLength: 1,
    maxLength: 3,
  },
).map((parts) => parts.join("/"));
const headers = fc.dictionary(
  fc.constantFrom(
    "range",
    "if-match",
    "if-none-match",
    "content-type",
    "content-md5",
    "x-amz-acl",
    "x-amz-meta-crc32",
  ),
  fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/),
);
const query = fc.dictionary(
  fc.constantFrom("uploads", "uploadId", "partNumber", "prefix", "part-number-marker"),
  fc.string(),
);
// To the second, as both write it.
const date = fc.integer({ min: 0, max: 4e9 }).map((seconds) => new Date(seconds * 1000));

const when = (date: Date) => date.toISOString().replace(/[:-]|\.\d{3}/g, "");

Deno.test("requests are signed as aws4fetch signs them", async () => {
  const property = fc.asyncProperty(
    ...[
      fc.constantFrom("GET", "PUT", "POST", "HEAD", "DELETE"),
      address,
      fc.option(key, { nil: undefined }),
    ] as const,
    ...[headers, query, credentials, fc.array(date, { minLength: 1, maxLength: 3 })] as const,
    async (method, address, key, headers, query, credentials, dates) => {
      const url = objectUrl(address, key);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const signer = new S3Signer(address.region);
      for (const date of dates) {
        const { region } = address;
        const reference = new AwsV4Signer({
          ...{ method, url: url.href, headers, region, service: "s3", datetime: when(date) },
          ...credentials,
        });
        const { headers: wanted } = await reference.sign();
        const found = signer.headers(method, url, headers, credentials, date);
        assert.deepEqual(new Map(Object.entries(found).sort()), new Map([...wanted].sort()));
      }
    },
  );
  await fc.assert(property);
});

Deno.test("links are signed as aws4fetch signs them", async () => {
  const property = fc.asyncProperty(
    ...[address, key, credentials, date, fc.integer({ min: 1, max: 604_800 })] as const,
    async (address, key, credentials, date, seconds) => {
      const url = objectUrl(address, key);
      const found = new S3Signer(address.region).link(url, seconds, credentials, date);
      url.searchParams.set("X-Amz-Expires", String(seconds));
      const { region } = address;
      const reference = new AwsV4Signer({
        ...{ url: url.href, signQuery: true, region, service: "s3", datetime: when(date) },
        ...credentials,
      });
      const { url: wanted } = await reference.sign();
      assert.equal(found.origin + found.pathname, wanted.origin + wanted.pathname);
      assert.deepEqual([...found.searchParams].sort(), [...wanted.searchParams].sort());
    },
  );
  await fc.assert(property);
});
