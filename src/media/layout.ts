import type { Container } from "./container.ts";
import { widsIndex } from "./webdataset.ts";

/** How members are arranged in a bundle so that others can read it, where that is not just one image after the other. */
export type Layout = "webdataset";

/** Names of the layouts, as `--layout` takes them. */
export const LAYOUTS: readonly Layout[] = ["webdataset"];

/** What the index beside a bundle says of it. */
interface Indexed {
  /** Name of the bundle. */
  readonly file: string;
  readonly layout?: Layout;
  /** Bytes. */
  readonly size: number;
}

const PLAIN_NAME = new Uint8Array(0);

/**
 * Bytes the `.json` member after a frame takes in the bundle, envelope included.
 *
 * @param size Bytes of its content; 0 if there is no such member.
 */
export function jsonRoom(container: Container, size: number): number {
  // A key and an extension always fit into a plain header.
  return size === 0 ? 0 : container.headerSize(PLAIN_NAME, size) + size + container.padding(size);
}

/** Name of the index beside a bundle; undefined if its layout has none. */
export function indexFile({ file, layout }: Pick<Indexed, "file" | "layout">): string | undefined {
  return layout && `${stem(file)}-index.json`;
}

/** The whole text of that index (docs/dataset_spec.md §1.6). */
export function indexText({ file, size }: Indexed, frames: number): string {
  return widsIndex(stem(file), [{ url: file, nsamples: frames, filesize: size }]);
}

function stem(file: string): string {
  return file.replace(/\.tar$/i, "");
}
