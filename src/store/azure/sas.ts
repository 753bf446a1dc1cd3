import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";

/** Version of the rules by which a signature is made. */
const VERSION = "2021-12-02";

/** A blob, and for how long it may be read. */
export interface ReadGrant {
  readonly account: string;
  readonly container: string;
  readonly blob: string;
  /** When the link ends. */
  readonly expiry: Date;
  /** True if the link works over plain HTTP, too: for a server of this machine. */
  readonly plain: boolean;
}

/**
 * Query of a link with which anybody can read a blob ("Create a service SAS"): a service SAS, signed with the account key.
 *
 * @param key Account key in base 64.
 */
export function blobSas(key: string, { account, container, blob, expiry, plain }: ReadGrant): string {
  const end = expiry.toISOString().replace(/\.\d+Z$/, "Z");
  const protocol = plain ? "https,http" : "https";
  const text = [
    "r", // permissions
    "", // start
    end,
    `/blob/${account}/${container}/${blob}`,
    "", // stored policy
    "", // addresses
    protocol,
    VERSION,
    "b", // a blob
    "", // snapshot
    "", // encryption scope
    ...["", "", "", "", ""], // headers of the answer
  ].join("\n");
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  return new URLSearchParams({ sv: VERSION, spr: protocol, se: end, sr: "b", sp: "r", sig: signature })
    .toString();
}
