import type { OnRetry, RetryPolicy } from "./retry.ts";
import type { S3Settings } from "./s3/settings.ts";

/** How the store of a place is reached; of no effect on a place of this machine. */
export interface ReadAccess {
  /**
   * Server other than the provider's own, as `https://account.r2.cloudflarestorage.com`.
   * @default {AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL; HF_ENDPOINT}
   */
  readonly endpoint?: string;
  /** Region of the bucket. @default {AWS_REGION, AWS_DEFAULT_REGION, that of the profile, "us-east-1"} */
  readonly region?: string;
  /** Profile of AWS's shared configuration. @default {AWS_PROFILE, after the keys in the environment} */
  readonly profile?: string;
  /** How failed requests are repeated. */
  readonly retry?: RetryPolicy;
  /** Called before a request is repeated. */
  readonly onRetry?: OnRetry;
  /** Environment the defaults and the credentials come from. @default {process.env} */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** How a store is reached, and how much is sent to it at once. */
export interface StoreAccess extends ReadAccess {
  /** How new objects are kept in S3. */
  readonly settings?: S3Settings;
  /** Most bytes a second. @default {as many as there is room for} */
  readonly bandwidth?: number;
  /** Parts that are on their way at once. @default {8} */
  readonly connections?: number;
  /** Bytes of a part. @default {chosen by the size of the file, docs/upload.md} */
  readonly partSize?: number;
  /** Called with things the user should know that are no errors. */
  readonly onRemark?: (text: string) => void;
}

/** What larger options say of the way to a store. */
export function accessOf({ endpoint, region, profile, retry, onRetry, env }: ReadAccess): ReadAccess {
  return { endpoint, region, profile, retry, onRetry, env };
}
