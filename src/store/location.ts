import { PackError } from "../model/issue.ts";

/** A place on a store, taken apart. Names are as the user wrote them, without `/` at the end. */
export type Location =
  | { readonly kind: "s3"; readonly bucket: string; readonly prefix: string }
  | { readonly kind: "az"; readonly account: string; readonly container: string; readonly prefix: string }
  | { readonly kind: "hf"; readonly repository: string; readonly revision: string; readonly prefix: string }
  | { readonly kind: "https"; readonly url: string }
  | { readonly kind: "folder"; readonly path: string };

/**
 * True for what is not a path of this machine: `s3:`, `az:`, `hf:`, `https:`, `http:`, and whatever else is written as a place
 * on the network (`gs://…`), so that it is refused by {@link parseLocation} and no folder called `gs:` is made.
 */
export function isRemote(location: string): boolean {
  return /^(s3|az|hf|https?|arn):/i.test(location) || /^(?!file:)[a-z][a-z0-9+.-]+:\/\//i.test(location);
}

/** Path of a `file:` URL. */
export function filePath(url: string): string {
  return decodeURIComponent(new URL(url).pathname).replace(/^\/(?=[A-Za-z]:)/, "");
}

const PLACES =
  "s3://bucket/prefix, az://account/container/prefix, hf://datasets/owner/name, https://…, or a path";

/**
 * Takes a location apart.
 *
 * @param location `s3://bucket/prefix`, `az://account/container/prefix`, `hf://datasets/owner/name@revision/prefix` (`@revision`
 * may be left out, and has `%2F` for `/`), an `https:` or `http:` URL, a `file:` URL or a path.
 * @throws {PackError} With exit code 2 if a part is missing, or it is a place of another kind.
 */
export function parseLocation(location: string): Location {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(location) ?? [];
  const names = rest.replace(/^\/\//, "").replace(/\/+$/, "").split("/");
  const wrong = (form: string) =>
    new PackError(`"${withoutQuery(location)}" is not a place in a store.`, `Write it as ${form}.`, 2);
  if (names.some((name, i) => i > 0 && (name === "" || name === "." || name === ".."))) {
    if (/^(s3|az|hf)$/i.test(scheme)) throw wrong(`${scheme}://…, without empty, "." or ".." parts`);
  }
  switch (scheme.toLowerCase()) {
    case "s3": {
      const [bucket, ...prefix] = names;
      if (!bucket) throw wrong("s3://bucket/prefix");
      return { kind: "s3", bucket, prefix: prefix.join("/") };
    }
    case "az": {
      const [account, container, ...prefix] = names;
      if (!account || !container) throw wrong("az://account/container/prefix");
      return { kind: "az", account, container, prefix: prefix.join("/") };
    }
    case "hf": {
      const [type, owner, given = "", ...prefix] = names;
      const [, name, revision = "main"] = /^([^@]+)(?:@([^@]+))?$/.exec(given) ?? [];
      if (type !== "datasets" || !owner || !name) {
        throw wrong("hf://datasets/owner/name, with @revision if need be");
      }
      return {
        kind: "hf",
        repository: `${owner}/${name}`,
        revision: decoded(revision),
        prefix: prefix.join("/"),
      };
    }
    case "https":
    case "http":
      return { kind: "https", url: location };
    case "file":
      return { kind: "folder", path: filePath(location) };
    case "gs":
      throw wrong("s3://bucket/prefix, with --endpoint https://storage.googleapis.com and HMAC keys");
    default:
      if (isRemote(location)) throw wrong(PLACES);
      return { kind: "folder", path: location };
  }
}

/** A revision may have `%2F` for `/`, as that of a pull request. */
function decoded(revision: string): string {
  try {
    return decodeURIComponent(revision);
  } catch {
    return revision;
  }
}

/** A location without the part that may hold a signature. */
export function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, "").replace(/^(https?:\/\/)[^/@]*@/i, "$1");
}
