import { PackError } from "../model/issue.ts";

/**
 * Why a store did not do what it was asked.
 *
 * - `network`: no connection, a broken one, or no answer in time. Passing.
 * - `busy`: the store asks for patience (503, 429) or failed itself (5xx). Passing.
 * - `checksum`: what arrived is not what was sent. Passing.
 * - `expired`: credentials are past their time.
 * - `credentials`: unknown key, wrong signature, none found.
 * - `denied`: known, but not allowed to do this.
 * - `clock`: the clocks of store and machine differ too much.
 * - `region`: the bucket lies elsewhere.
 * - `bucket`: no such bucket, container, account or repository.
 * - `missing`: no such object or upload.
 * - `condition`: the object is not what the write was to replace.
 * - `changed`: the object is not the version that was to be read.
 * - `unsupported`: the store does not know what was asked for.
 * - `refused`: anything else; asking again would not help.
 */
export type StoreErrorKind =
  | "network"
  | "busy"
  | "checksum"
  | "expired"
  | "credentials"
  | "denied"
  | "clock"
  | "region"
  | "bucket"
  | "missing"
  | "condition"
  | "changed"
  | "unsupported"
  | "refused";

/** A store did not do what it was asked: what, why, and what to do. */
export class StoreError extends PackError {
  /** Class name, for `toString`. */
  override readonly name = "StoreError";
  /** Milliseconds the store asks to wait. */
  readonly retryAfter: number | undefined;

  /**
   * Makes an error to be shown to a user.
   *
   * @param kind Why.
   * @param message What is wrong; no secrets.
   * @param suggestion What the user can do.
   * @param options `retryAfter`: milliseconds the store asks to wait.
   */
  constructor(
    readonly kind: StoreErrorKind,
    message: string,
    suggestion?: string,
    options: { retryAfter?: number } = {},
  ) {
    super(message, suggestion);
    this.retryAfter = options.retryAfter;
  }

  /** True if the same request may succeed later. */
  get passing(): boolean {
    return this.kind === "network" || this.kind === "busy" || this.kind === "checksum";
  }
}

/** True for a {@link StoreError} of one of these kinds; of any if none is named. */
export function isStoreError(error: unknown, ...kinds: StoreErrorKind[]): error is StoreError {
  return error instanceof StoreError && (kinds.length === 0 || kinds.includes(error.kind));
}
