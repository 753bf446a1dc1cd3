import { StoreError, type StoreErrorKind } from "../error.ts";
import type { HttpResponse } from "../http.ts";
import { retryAfter } from "../retry.ts";

/** What the codes of Azure's blob service mean here. */
const KINDS: Readonly<Record<string, StoreErrorKind>> = {
  AuthenticationFailed: "credentials",
  InvalidAuthenticationInfo: "credentials",
  NoAuthenticationInformation: "credentials",
  AuthorizationFailure: "denied",
  AuthorizationPermissionMismatch: "denied",
  AuthorizationResourceTypeMismatch: "denied",
  InsufficientAccountPermissions: "denied",
  AccountIsDisabled: "denied",
  ContainerNotFound: "bucket",
  ContainerBeingDeleted: "bucket",
  InvalidResourceName: "bucket",
  ResourceNotFound: "missing",
  BlobNotFound: "missing",
  InvalidBlockList: "missing",
  BlobAlreadyExists: "condition",
  ConditionNotMet: "condition",
  TargetConditionNotMet: "condition",
  Md5Mismatch: "checksum",
  ServerBusy: "busy",
  InternalError: "busy",
  OperationTimedOut: "busy",
};

/** Turns an answer that is no success into an error that names the fix. */
export function azureFailure(response: HttpResponse, container: string, place: string): StoreError {
  const { status, headers } = response;
  const body = new TextDecoder().decode(response.body);
  const code = headers["x-ms-error-code"] ?? /<Code>(.*?)<\/Code>/.exec(body)?.[1] ?? "";
  const detail = /<AuthenticationErrorDetail>(.*?)<\/AuthenticationErrorDetail>/s.exec(body)?.[1] ?? "";
  const kind = kindOf(code, detail, status);
  const message = `${place}: the store answered ${status}${code && ` ${code}`}.`;
  return new StoreError(kind, message, fix(kind, container), {
    retryAfter: retryAfter(headers["retry-after"]),
  });
}

function kindOf(code: string, detail: string, status: number): StoreErrorKind {
  if (/expired|not in the valid period|Signature not valid in the specified time frame/i.test(detail)) {
    return "expired";
  }
  if (/date header.*too old|clock/i.test(detail)) return "clock";
  const known = KINDS[code];
  if (known !== undefined) return known;
  if (status === 401) return "credentials";
  if (status === 403) return "denied";
  if (status === 404) return "missing";
  if (status === 409 || status === 412) return "condition";
  if (status === 408) return "network";
  if (status === 429 || status >= 500) return "busy";
  return "refused";
}

function fix(kind: StoreErrorKind, container: string): string {
  switch (kind) {
    case "credentials":
      return "Check AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING, and that they belong to " +
        "the account in the destination, or who is signed in with Entra ID. A clock that is off looks the same.";
    case "expired":
      return "The shared access signature or the sign-in has expired: get a new one, then run the same command again; it goes on where it " +
        "stopped.";
    case "clock":
      return "The clock of this machine is off: set it (timedatectl set-ntp true), then run again.";
    case "denied":
      return "Check AZURE_STORAGE_KEY; a shared access signature must allow read, create, write and delete for the " +
        "container (sp=rcwd, sr=c); who comes with Entra ID needs the role Storage Blob Data Contributor there.";
    case "bucket":
      return `Check the name "${container}" and the account, or make the container first: this tool makes none.`;
    case "busy":
      return "The store is overloaded or has a problem: run the same command again later; it goes on where it stopped.";
    case "network":
    case "checksum":
      return "Run the same command again when the network is back; it goes on where it stopped.";
    default:
      return "The store's own words say why. docs/upload.md tells what is asked of a store.";
  }
}
