import { StoreError, type StoreErrorKind } from "../error.ts";
import type { HttpResponse } from "../http.ts";
import { retryAfter } from "../retry.ts";
import type { HubAddress } from "./address.ts";

/** What the codes of the Hub (`X-Error-Code`) mean here. */
const KINDS: Readonly<Record<string, StoreErrorKind>> = {
  RepoNotFound: "bucket",
  RevisionNotFound: "bucket",
  GatedRepo: "denied",
  EntryNotFound: "missing",
};

/**
 * Turns an answer that is no success into an error that names the fix.
 *
 * @param place What was asked for, as `hf://datasets/owner/name/file`.
 */
export function hubFailure(response: HttpResponse, address: HubAddress, place: string): StoreError {
  const { status, headers } = response;
  const code = headers["x-error-code"] ?? "";
  const said = headers["x-error-message"] ?? messageIn(response.body);
  const kind = kindOf(code, said, status);
  const words = said && ` ("${said.slice(0, 300)}")`;
  return new StoreError(
    kind,
    `${place}: the Hub answered ${status}${code && ` ${code}`}${words}.`,
    fix(kind, code, address),
    { retryAfter: retryAfter(headers["retry-after"]) },
  );
}

/** Answers say what is wrong in `error`, those of Git LFS in `message`. */
function messageIn(body: Uint8Array): string {
  try {
    const { error, message } = JSON.parse(new TextDecoder().decode(body));
    return [error, message].find((text) => typeof text === "string") ?? "";
  } catch {
    return "";
  }
}

function kindOf(code: string, said: string, status: number): StoreErrorKind {
  // The Hub says 401 and RepoNotFound to a wrong token, too.
  if (/invalid credentials|invalid username or password|invalid user token/i.test(said)) return "credentials";
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

function fix(kind: StoreErrorKind, code: string, { repository, revision }: HubAddress): string {
  switch (kind) {
    case "credentials":
      return "Check HF_TOKEN, or sign in again with `hf auth login`.";
    case "denied":
      return `Use a token that may write to "${repository}": on the Hub's page of tokens, a fine-grained one with write ` +
        "access to this dataset.";
    case "bucket":
      return code === "RevisionNotFound"
        ? `Make the branch "${revision}" first; this tool makes none.`
        : `Check the name "${repository}" and that the token may see it, or make the dataset first ` +
          `(hf repos create ${repository} --type dataset): this tool makes none.`;
    case "busy":
      return "The Hub is overloaded, or limits how often it is asked: run the same command again later; files that have " +
        "arrived are not sent again.";
    default:
      return "The Hub's own words say why. docs/upload.md tells what is asked of it.";
  }
}
