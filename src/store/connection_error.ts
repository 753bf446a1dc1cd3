import { StoreError } from "./error.ts";

/**
 * The error that no whole answer came from a server. It is a passing one, but for what asking again cannot mend: a certificate
 * that is not trusted, and a server that does not speak TLS.
 *
 * @param place What was asked, without secrets.
 * @param error What the runtime says; its cause is looked at, too.
 * @param remedy What to do about a network that fails.
 */
export function connectionError(place: string, error: Error, remedy?: string): StoreError {
  const cause = error.cause instanceof Error ? error.cause.message : "";
  const said = `${error.message} ${cause}`;
  // `fetch` only says that it failed; its cause begins with the URL, which may hold a signature.
  const [, why] = /\): (client error .*)$/s.exec(cause) ?? [];
  const message = `The connection to "${place}" failed: ${why ?? error.message}.`;
  // Runtimes have no codes for these.
  if (/InvalidContentType|wrong version number/i.test(said)) {
    return new StoreError(
      "refused",
      message,
      "The server does not speak TLS there: write http://, or the right port.",
    );
  }
  if (/certificate/i.test(said)) {
    return new StoreError(
      "refused",
      message,
      "Check the name in the address and the clock of this machine. A certificate of one's own authority is trusted with " +
        "NODE_EXTRA_CA_CERTS=FILE.",
    );
  }
  const address = /ENOTFOUND|ECONNREFUSED|Parse Error|dns error|Connection refused/i.test(said)
    ? "Check the address, and the network; then run the same command again."
    : undefined;
  return new StoreError("network", message, address ?? remedy);
}
