/**
 * Reads a set in a browser, where it lies: from a server that answers range requests and allows pages of other origins (CORS).
 *
 * ```ts
 * import { openDataset } from "@compact-uploader/compact-uploader/browser";
 *
 * const dataset = await openDataset("https://host/birds");
 * const { bytes, annotations } = await dataset.frame(7);
 * const picture = await createImageBitmap(new Blob([bytes]));
 * console.log(picture.width, annotations.map((annotation) => annotation.bbox));
 * ```
 *
 * @module
 */
import { crc32 } from "./src/media/crc32_table.ts";
import { MemoryCopy } from "./src/dataset/remote/copy.ts";
import { openRemoteSet, type ReadingOptions, type RemoteDataset } from "./src/dataset/remote/dataset.ts";
import { withoutQuery } from "./src/store/location.ts";
import { Retrier } from "./src/store/retry.ts";
import { WebStore } from "./src/store/web/web.ts";
import { webUrls } from "./src/store/web/urls.ts";

export type { ReadingOptions, RemoteDataset } from "./src/dataset/remote/dataset.ts";
export type {
  CocoAnnotation,
  CocoCategory,
  CocoImage,
  DatasetFrame,
  DatasetImage,
} from "./src/model/dataset.ts";
export type { Rle, Segmentation } from "./src/model/annotation.ts";
export type { FrameRecord, ImageHeader } from "./src/model/frame.ts";
export { type Issue, PackError, type Severity } from "./src/model/issue.ts";
export { StoreError, type StoreErrorKind } from "./src/store/error.ts";

/**
 * Opens a set, in three requests.
 *
 * @param url Folder of the set; its query, as a signature, goes with every file. `{file}` stands for the name of a file.
 * @throws {PackError} If there is no set, its files do not fit each other, or the manifest is damaged; a {@link StoreError} if
 *   the server does not answer as it should.
 */
export async function openDataset(url: string | URL, options: ReadingOptions = {}): Promise<RemoteDataset> {
  const address = new URL(String(url), globalThis.location?.href).href.replaceAll("%7Bfile%7D", "{file}");
  const store = new WebStore({
    location: withoutQuery(address).replace(/\/+$/, ""),
    urlOf: webUrls(address),
    conditional: false,
    retrier: new Retrier(),
  });
  return (await openRemoteSet(store, { crc32, newCopy: () => new MemoryCopy() }, options)).dataset;
}
