import { withoutQuery } from "../location.ts";
import { StoreError, type StoreErrorKind } from "../error.ts";
import type { HttpResponse } from "../http.ts";
import { retryAfter } from "../retry.ts";
import type { S3Address } from "./address.ts";
import { text } from "../xml.ts";

/** What the codes of S3 errors mean here; codes that are not named are told by their status. */
const KINDS: Readonly<Record<string, StoreErrorKind>> = {
  BadDigest: "checksum",
  XAmzContentChecksumMismatch: "checksum",
  InvalidDigest: "checksum",
  IncompleteBody: "checksum",
  RequestTimeout: "network",
  SlowDown: "busy",
  SlowDownRead: "busy",
  SlowDownWrite: "busy",
  InternalError: "busy",
  ServiceUnavailable: "busy",
  OperationAborted: "busy",
  ExpiredToken: "expired",
  TokenRefreshRequired: "expired",
  InvalidToken: "credentials",
  InvalidTokenId: "credentials",
  InvalidAccessKeyId: "credentials",
  SignatureDoesNotMatch: "credentials",
  InvalidSecurity: "credentials",
  XAdminUserNotFound: "credentials",
  AccessDenied: "denied",
  AllAccessDisabled: "denied",
  AccountProblem: "denied",
  RequestTimeTooSkewed: "clock",
  AuthorizationHeaderMalformed: "region",
  PermanentRedirect: "region",
  TemporaryRedirect: "region",
  IllegalLocationConstraintException: "region",
  NoSuchBucket: "bucket",
  InvalidBucketName: "bucket",
  NoSuchKey: "missing",
  NoSuchUpload: "missing",
  NotFound: "missing",
  PreconditionFailed: "condition",
  ConditionalRequestConflict: "condition",
  NotImplemented: "unsupported",
};

/** Permission an operation needs, for the message. */
export type S3Action =
  | "s3:GetObject"
  | "s3:PutObject"
  | "s3:DeleteObject"
  | "s3:AbortMultipartUpload"
  | "s3:ListMultipartUploadParts"
  | "s3:ListBucketMultipartUploads";

/**
 * Turns an answer that is no success, or an `<Error>` inside one, into an error that names the fix.
 *
 * @param place What was asked for, as `s3://bucket/prefix/name`.
 * @param now Milliseconds since 1970.
 */
export function s3Failure(
  response: HttpResponse,
  address: S3Address,
  place: string,
  action: S3Action,
  now = Date.now(),
): StoreError {
  const { status, headers } = response;
  const body = new TextDecoder().decode(response.body);
  const code = text(body, "Code") ?? "";
  const said = text(body, "Message") ?? "";
  const kind = kindOf(code, said, status);
  const answer = `${place}: the store answered ${status}${code && ` ${code}`}${
    said && ` ("${said.slice(0, 300)}")`
  }.`;
  const wait = retryAfter(headers["retry-after"], now);
  return new StoreError(kind, answer, fix(kind, address, action, headers, body, now), { retryAfter: wait });
}

function kindOf(code: string, said: string, status: number): StoreErrorKind {
  // Some servers give one code to several causes.
  if (code === "InvalidRequest" && /checksum|crc|digest/i.test(said)) return "unsupported";
  if (code === "InvalidArgument" && /checksum|crc/i.test(said)) return "unsupported";
  if (code === "AccessDenied" && /expired/i.test(said)) return "expired";
  const known = KINDS[code];
  if (known !== undefined) return known;
  if (status === 301 || status === 307) return "region";
  if (status === 401) return "credentials";
  if (status === 403) return "denied";
  if (status === 404 && code === "") return "missing";
  if (status === 409 || status === 412) return "condition";
  if (status === 408) return "network";
  if (status === 429) return "busy";
  if (status === 501) return "unsupported";
  return status >= 500 ? "busy" : "refused";
}

function fix(
  kind: StoreErrorKind,
  { bucket, region, endpoint }: S3Address,
  action: S3Action,
  headers: HttpResponse["headers"],
  body: string,
  now: number,
): string {
  switch (kind) {
    case "expired":
      return "The credentials have expired: get new ones (aws sso login, a new session token), then run the same command " +
        "again; it goes on where it stopped.";
    case "credentials":
      return "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or choose a profile with --profile. " +
        "They must belong to the server that --endpoint names.";
    case "denied": {
      const listing = action === "s3:GetObject" ? ` and s3:ListBucket for the bucket "${bucket}"` : "";
      return `Ask for the permission ${action}${listing}; docs/upload.md has a policy with all that is needed.`;
    }
    case "clock": {
      const minutes = Math.round(Math.abs(now - (Date.parse(headers.date ?? "") || now)) / 60_000);
      return `The clock of this machine is ${minutes} minutes off: set it (timedatectl set-ntp true), then run again.`;
    }
    case "region": {
      const right = headers["x-amz-bucket-region"] ?? text(body, "Region") ??
        /expecting '([\w-]+)'/.exec(body)?.[1];
      return right
        ? `The bucket is in another region than "${region}": add --region ${right}.`
        : `The bucket is not in the region "${region}": name the right one with --region.`;
    }
    case "bucket":
      return `Check the name "${bucket}"${
        endpoint ? ` and --endpoint ${withoutQuery(endpoint)}` : ""
      }, or make the bucket first: ` +
        "this tool makes none.";
    case "busy":
      return "The store is overloaded or has a problem: run the same command again later; it goes on where it stopped.";
    case "network":
    case "checksum":
      return "Run the same command again when the network is back; it goes on where it stopped.";
    default:
      return "The store's own words say why. docs/upload.md tells what is asked of a store.";
  }
}
