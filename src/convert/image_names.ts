import { withoutExtension } from "../model/image_names.ts";

/** Folders that tell where images are, and nothing about them. */
const LAYOUT = new Set(["images", "image", "imgs", "img", "jpegimages", "raw_images"]);
/** Also `val2017`, as COCO's own folders are called. */
const SPLIT = /^(train|val|valid|validation|test|minival)(20\d\d)?$/i;
/** Line ends and other control characters cannot stand in the lists of some formats. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/g;

/** Gives each image of a dataset a place in another layout that is its own. */
export class ImageNames {
  /** Places without extension, as file systems that ignore upper and lower case compare them. */
  readonly #taken = new Set<string>();

  /**
   * Finds the place of an image.
   *
   * @param fileName Path below the dataset folder.
   * @param split Split of the image.
   * @param place Where the format puts an image of this name.
   * @returns The place, undefined if it is left out, and whether the image had to be renamed for it.
   */
  place(
    fileName: string,
    split: string | undefined,
    place: (name: string) => string | undefined,
  ): { path: string | undefined; renamed: boolean } {
    const plain = plainName(fileName, split);
    const name = plain.replace(CONTROL, "_");
    let path = place(name);
    const stem = withoutExtension(name);
    const extension = name.slice(stem.length);
    let renamed = name !== plain;
    for (let i = 2; path !== undefined && this.#taken.has(key(path)); i++) {
      path = place(`${stem}_${i}${extension}`);
      renamed = true;
    }
    if (path !== undefined) this.#taken.add(key(path));
    return { path, renamed };
  }
}

/** The path without folders that only tell the layout or the split. */
function plainName(fileName: string, split: string | undefined): string {
  const parts = fileName.split("/");
  const name = parts.pop()!;
  const kept = parts.filter((part) => !LAYOUT.has(part.toLowerCase()) && part !== split && !SPLIT.test(part));
  return [...kept, name].join("/");
}

function key(path: string): string {
  return withoutExtension(path).normalize("NFC").toLowerCase();
}
