import process from "node:process";
import { PackError } from "../model/issue.ts";
import { parseLocation, withoutQuery } from "./location.ts";
import { connection, openAzure, openS3, type StoreOptions } from "./open.ts";
import type { RangeStore } from "./store.ts";

/** Connections of a store that is read, if nothing else is said. */
const CONNECTIONS = 32;

/**
 * Opens a place sets can be read from: `s3:`, `az:`, `hf:`, `https:` or `http:`. Nothing is sent yet.
 *
 * @throws {PackError} With exit code 2 if it is no such place.
 */
export async function openRangeStore(location: string, given: StoreOptions = {}): Promise<RangeStore> {
  const options = { connections: CONNECTIONS, ...given };
  const place = parseLocation(location);
  switch (place.kind) {
    case "s3":
      return await openS3(place, options);
    case "az":
      return await openAzure(place, options);
    case "hf":
    case "https": {
      const [{ WebStore }, { webUrls }] = await Promise.all([
        import("./web/web.ts"),
        import("./web/urls.ts"),
      ]);
      const { retrier } = connection(options);
      const { traffic } = options;
      if (place.kind === "https") {
        return new WebStore({
          location: withoutQuery(place.url).replace(/\/+$/, ""),
          urlOf: webUrls(place.url),
          retrier,
          traffic,
        });
      }
      const env = options.env ?? process.env;
      const [{ hubUrl, resolveUrl }, { hubToken }] = await Promise.all([
        import("./hub/address.ts"),
        import("./hub/token.ts"),
      ]);
      const token = hubToken(env);
      return new WebStore({
        location,
        urlOf: webUrls(resolveUrl(hubUrl(options.endpoint, env), place, place.revision)),
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        // The hub answers with a redirect to another server.
        conditional: false,
        retrier,
        traffic,
      });
    }
    default:
      throw new PackError(
        `"${location}" is not a place in a store.`,
        "Name an s3:, az:, hf: or https: place.",
        2,
      );
  }
}
