import type { CocoCategory } from "../../model/dataset.ts";
import type { LabelOutput, LabelSink, LabelStream, LabelWriter, WriterHead } from "../writer.ts";
import { plainImage } from "../writing/plain_image.ts";
import { safeSplit } from "../writing/safe_names.ts";

/** Plain COCO: `annotations/instances_<split>.json`, images in `images/<split>/` (FORMATS §6). */
export const cocoWriter: LabelWriter = { name: "coco", begin };

function begin({ categories, licenses }: WriterHead, out: LabelSink): LabelOutput {
  const files = new Map<string | undefined, SplitFile>();
  return {
    place: ({ split }, name) => `${folderOf(split)}${name}`,
    write(image, annotations) {
      let file = files.get(image.split);
      if (!file) files.set(image.split, file = new SplitFile(out, image.split, licenses));
      file.image({ ...plainImage(image), file_name: image.path.slice(folderOf(image.split).length) });
      for (const annotation of annotations) file.annotation(annotation);
    },
    end() {
      for (const file of files.values()) file.end(categories);
    },
  };
}

function folderOf(split: string | undefined): string {
  return split === undefined ? "images/" : `images/${safeSplit(split)}/`;
}

/** The file of one split, a record a line. */
class SplitFile {
  readonly #file: LabelStream;
  /** Annotations stand behind all images, but come with them. */
  readonly #annotations: LabelStream;
  #images = 0;
  #count = 0;

  constructor(out: LabelSink, split: string | undefined, licenses: readonly unknown[]) {
    const name = split === undefined ? "instances" : `instances_${safeSplit(split)}`;
    this.#file = out.open(`annotations/${name}.json`);
    this.#annotations = out.passage();
    this.#file.write(
      `{"info":{"description":"Written by compact-uploader"},\n"licenses":${
        JSON.stringify(licenses)
      },\n"images":[`,
    );
  }

  image(record: object): void {
    this.#file.write(`${this.#images++ > 0 ? ",\n" : "\n"}${JSON.stringify(record)}`);
  }

  annotation(record: object): void {
    this.#annotations.write(`${this.#count++ > 0 ? ",\n" : "\n"}${JSON.stringify(record)}`);
  }

  end(categories: readonly CocoCategory[]): void {
    this.#file.write('\n],\n"annotations":[');
    this.#file.append(this.#annotations);
    const lines = categories.map((category) => JSON.stringify(category)).join(",\n");
    this.#file.write(`\n],\n"categories":[\n${lines}\n]}\n`);
    this.#file.close();
  }
}
