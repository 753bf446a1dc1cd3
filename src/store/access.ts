import type { OnRetry, RetryPolicy } from "./retry.ts";
import type { S3Settings } from "./s3/s3.ts";

/** How a store is reached, and how much is sent to it at once. */
export interface StoreAccess {
  /** Server other than the provider's own, as `https://account.r2.cloudflarestorage.com`. */
  readonly endpoint?: string;
  /** Region of the bucket. @default {AWS_REGION, AWS_DEFAULT_REGION, that of the profile, "us-east-1"} */
  readonly region?: string;
  /** Profile of AWS's shared configuration. @default {AWS_PROFILE} */
  readonly profile?: string;
  /** How new objects are kept in S3. */
  readonly settings?: S3Settings;
  /** Most bytes a second. @default {as many as there is room for} */
  readonly bandwidth?: number;
  /** Parts that are on their way at once. @default {8} */
  readonly connections?: number;
  /** Bytes of a part. @default {chosen by the size of the file, docs/upload.md} */
  readonly partSize?: number;
  /** How failed requests are repeated. */
  readonly retry?: RetryPolicy;
  /** Called before a request is repeated. */
  readonly onRetry?: OnRetry;
  /** Called with things the user should know that are no errors. */
  readonly onRemark?: (text: string) => void;
  /** Environment credentials come from. @default {process.env} */
  readonly env?: Readonly<Record<string, string | undefined>>;
}
