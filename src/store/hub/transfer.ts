import { StoreError } from "../error.ts";

/** How the Hub wants the bytes of a file that Git LFS keeps; its links are as good as keys. */
export type Transfer =
  /** It has them already, under another name or from an upload that ended early. */
  | { readonly kind: "there" }
  /** In one request. */
  | { readonly kind: "basic"; readonly url: string; readonly headers: Headers; readonly verify?: Action }
  /** In parts, as the Hub's own addition to Git LFS has it. */
  | {
    readonly kind: "multipart";
    /** URL of each part, in order. */
    readonly urls: readonly string[];
    /** Bytes of a part but the last. */
    readonly partSize: number;
    /** Where the list of parts goes. */
    readonly url: string;
    readonly verify?: Action;
  };

type Headers = Readonly<Record<string, string>>;

/** A request Git LFS asks for. */
export interface Action {
  readonly href: string;
  readonly header?: Headers;
}

/** Body of a request to Git LFS's batch API, which says how a file is to be sent. */
export function batchRequest(oid: string, size: number, revision: string): object {
  return {
    operation: "upload",
    transfers: ["basic", "multipart"],
    objects: [{ oid, size }],
    hash_algo: "sha256",
    ref: { name: revision },
  };
}

/**
 * Reads the answer of Git LFS's batch API, of one file.
 *
 * @param place For messages.
 * @throws {StoreError} If the Hub refuses the file, or the answer makes no sense.
 */
export function transferOf(answer: unknown, size: number, place: string): Transfer {
  const [object] = (answer as { objects?: BatchObject[] })?.objects ?? [];
  if (object === undefined) throw senseless(place);
  if (object.error) {
    throw new StoreError(
      "refused",
      `${place}: the Hub refuses the file: "${String(object.error.message).slice(0, 300)}".`,
      "The Hub's own words say why.",
    );
  }
  const { upload, verify } = object.actions ?? {};
  if (upload === undefined) return { kind: "there" };
  const { href: url, header = {} } = upload;
  if (!URL.canParse(url)) throw senseless(place);
  const { chunk_size: chunk, ...rest } = header;
  if (chunk === undefined) return { kind: "basic", url, headers: rest, verify };
  const partSize = Number(chunk);
  const urls = Object.entries(rest).filter(([name]) => /^\d+$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b)).map(([, url]) => url);
  if (!(partSize > 0) || urls.length !== Math.ceil(size / partSize)) throw senseless(place);
  return { kind: "multipart", urls, partSize, url, verify };
}

interface BatchObject {
  readonly actions?: { readonly upload?: Action; readonly verify?: Action };
  readonly error?: { readonly message?: string };
}

function senseless(place: string): StoreError {
  return new StoreError("refused", `${place}: the Hub's answer on how to send it cannot be understood.`);
}
