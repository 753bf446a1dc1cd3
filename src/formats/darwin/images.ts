import { below, folderOf, isImageName, nameOf, withoutExtension } from "../../model/image_names.ts";
import type { DatasetView, LabelRef, Orphan } from "../format.ts";
import { ImageFinder, lazyIndex } from "../matching/image_finder.ts";
import { imageName } from "../matching/image_name.ts";
import type { Header, Slot } from "./header.ts";

/** Images of Darwin files: the file names itself and its folder in the dataset; of a video the frames lie in a folder. */
export class DarwinImages {
  /** Labels whose image is not there. */
  readonly missing: Orphan[] = [];
  readonly #byPath = new Map<string, string>();
  readonly #labels = new Set<string>();
  readonly #finders = new Map<string, ImageFinder>();
  readonly #index;

  /** @param view Told about images that two files describe. */
  constructor(readonly view: DatasetView) {
    this.#index = lazyIndex(view);
  }

  /** Adds a label file. */
  add(path: string, { name: item, folder, slots }: Header): void {
    this.#labels.add(path);
    for (const slot of slots) {
      const found = slot.video
        ? this.#frames(path, folder, [item, slot.file])
        : this.#image(path, folder, slot);
      if (found.length === 0) {
        const name = imageName(below(folder, slot.video ? item : slot.file));
        const frame = slot.video ? below(name, "0000000.png") : isImageName(name) ? name : `${name}.png`;
        this.missing.push({ label: { path }, imagePath: `images/${frame}` });
      }
      for (const image of found) this.#take(image, path);
    }
  }

  labelFor(imagePath: string): LabelRef | undefined {
    const path = this.#byPath.get(imagePath);
    return path === undefined ? undefined : { path };
  }

  isLabel(path: string): boolean {
    return this.#labels.has(path);
  }

  #take(image: string, path: string): void {
    const other = this.#byPath.get(image);
    if (other === undefined) this.#byPath.set(image, path);
    else {
      this.view.issue({
        code: "image-listed-twice",
        severity: "reject",
        record: "label",
        path,
        message: `"${image}" is described in "${other}" already; what "${path}" says of it is left out.`,
        suggestion: "Keep one release of the dataset.",
      });
    }
  }

  #image(path: string, folder: string, { file }: Slot): string[] {
    const finder = this.#finder(path);
    // An item that its user named without an extension has its image under the name of the label file.
    const names = [imageName(below(folder, file)), below(folder, withoutExtension(nameOf(path)))];
    const found = names.map((name) => name === "" ? undefined : finder.find(name));
    return found.filter((image) => image !== undefined).slice(0, 1);
  }

  #frames(path: string, folder: string, given: readonly string[]): string[] {
    const { folders, videos = [] } = this.view.images;
    const own = given.map((each) => imageName(below(folder, each)));
    const names = [...own, ...own.map(withoutExtension), below(folder, withoutExtension(nameOf(path)))];
    const root = rootOf(path);
    const places = names.flatMap((
      each,
    ) => [below(below(root, "images"), each), below("images", each), below(root, each), each]);
    const video = videos.find((video) => own.some((name) => `/${video.path}`.endsWith(`/${name}`)));
    const place = video?.folder ?? places.find((each) => folders.has(each));
    if (place === undefined) return [];
    return folders.get(place)!.files.filter((frame) =>
      isImageName(frame) && /\d\D*$/.test(withoutExtension(frame))
    )
      .map((frame) => below(place, frame));
  }

  #finder(path: string): ImageFinder {
    const root = rootOf(path);
    let finder = this.#finders.get(root);
    if (!finder) {
      // Labels lie in `releases/NAME/annotations`, images in `images`.
      finder = new ImageFinder(this.view, below(below(root, "annotations"), "release.json"), this.#index);
      this.#finders.set(root, finder);
    }
    return finder;
  }
}

/** Folder of the dataset, which holds `images` and `releases`. */
function rootOf(path: string): string {
  const parts = folderOf(path).split("/");
  const releases = parts.lastIndexOf("releases");
  if (releases >= 0) return parts.slice(0, releases).join("/");
  return /^annotations$/i.test(parts.at(-1)!) ? parts.slice(0, -1).join("/") : parts.join("/");
}
