import { below, extensionOf, folderOf, nameOf, withoutExtension } from "../../model/image_names.ts";
import type { DatasetView, LabelRef, Orphan } from "../format.ts";
import { type ClassTable, classTables } from "../masks/class_table.ts";
import { besideOf, CLASSES, OBJECTS } from "./segmentation_paths.ts";

const LIST = "labelmap.txt";

/** Segmentation masks of VOC datasets: a PNG of classes and one of objects for an image (FORMATS §5). */
export class SegmentationMasks {
  /** Folders with PNGs, of classes before those of objects. */
  readonly folders: readonly string[];
  readonly #view: DatasetView;
  readonly #taken = new Set<string>();

  constructor(view: DatasetView) {
    this.#view = view;
    const all = [...view.labels.folders.values()].filter(({ path, files }) =>
      path.split("/").some((part) => part === CLASSES || part === OBJECTS) &&
      files.some((name) => extensionOf(name) === "png")
    ).map(({ path }) => path);
    const isClasses = (path: string) => path.split("/").includes(CLASSES);
    this.folders = [...all.filter(isClasses), ...all.filter((path) => !isClasses(path))];
  }

  /** Number of PNGs of classes, or of objects if there are no others. */
  get count(): number {
    const [first] = this.folders;
    return first === undefined ? 0 : this.#view.labels.folders.get(first)!.files.length;
  }

  /** The PNG of an image: that of classes, or that of objects if there is no other. */
  labelFor(imagePath: string): LabelRef | undefined {
    const { labels } = this.#view;
    for (const kind of [CLASSES, OBJECTS]) {
      for (const path of besideOf(imagePath, "JPEGImages", kind)) {
        const png = `${withoutExtension(path)}.png`;
        if (png === imagePath || !labels.has(png)) continue;
        this.#taken.add(png);
        return { path: png };
      }
    }
    return undefined;
  }

  isMask(path: string): boolean {
    return extensionOf(path) === "png" && this.folders.includes(folderOf(path));
  }

  /** PNGs without an image and without an annotation that would tell of it. */
  *unused(): Generator<Orphan> {
    for (const folder of this.folders) {
      if (folder.split("/").includes(OBJECTS) && this.folders.includes(folder.replace(OBJECTS, CLASSES))) {
        continue;
      }
      const kind = folder.split("/").includes(CLASSES) ? CLASSES : OBJECTS;
      for (const name of this.#view.labels.folders.get(folder)!.files) {
        const path = below(folder, name);
        if (extensionOf(name) !== "png" || this.#taken.has(path)) continue;
        const [image] = besideOf(path, kind, "JPEGImages");
        const stem = withoutExtension(nameOf(image));
        const there = this.#view.images.withStem(folderOf(image), stem);
        const [xml] = besideOf(path, kind, "Annotations");
        if (there.length > 0 || this.#view.labels.has(`${withoutExtension(xml)}.xml`)) continue;
        yield { label: { path }, imagePath: `${withoutExtension(image)}.jpg` };
      }
    }
  }

  /** CVAT's list of classes and colours, which takes the place of VOC's own; undefined if there is none. */
  table(): ClassTable | undefined {
    const tables = classTables(this.#view);
    for (let at = folderOf(this.folders[0] ?? "");; at = folderOf(at)) {
      const table = tables.get(at);
      if (table && nameOf(table.path) === LIST) return table;
      if (at === "") return undefined;
    }
  }
}
