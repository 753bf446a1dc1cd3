import { filesNamed } from "../../tree/files_named.ts";
import { extensionOf, nameOf } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan } from "../format.ts";
import { sampleJsonFiles } from "../json/find.ts";
import { JsonLabelReader, textOf } from "../json/label_reader.ts";
import { asObject, parseLoose } from "../json/loose.ts";
import { parseJsonFile } from "../json/whole_file.ts";
import { Pairing } from "../matching/pairing.ts";
import { decodeText } from "../text.ts";
import { readInstance } from "./instance.ts";

/** SuperAnnotate: one JSON for each image, named after it (FORMATS §11.24). */
export const superannotate: LabelFormat = {
  name: "superannotate",
  detect,
  plan,
  parse(bytes, context) {
    const reader = new JsonLabelReader(context);
    const { metadata, instances, tags } = parseJsonFile(bytes, context) ?? {};
    const size = asObject(metadata);
    reader.declareSize(size?.width, size?.height);
    reader.addTags((Array.isArray(tags) ? tags : []).map(textOf));
    (Array.isArray(instances) ? instances : []).forEach((instance, i) => {
      readInstance(asObject(instance) ?? {}, i + 1, reader);
    });
    return reader.finish();
  },
};

/** Where an export lists its classes. */
const CLASSES = /(?:^|\/)classes\/classes\.json$/;
/** JSON files of an export that belong to no image. */
const OTHERS = new Set(["classes.json", "config.json", "attributes.json"]);
/** What older exports put behind the name of the image. */
const OLDER = ["___objects.json", "___pixel.json"];
/** A list of classes is not larger (bytes). */
const LIMIT = 4 << 20;

function detect(view: DatasetView): Candidate[] {
  const { files, looked, fitting, first } = sampleJsonFiles(
    view,
    holdsInstances,
    (name) => !OTHERS.has(name),
  );
  if (fitting === 0) return [];
  const reason = `${fitting} of ${looked} JSON files looked into are SuperAnnotate's, like "${first}"`;
  return [{ format: "superannotate", root: "", confidence: fitting >= 0.8 * looked ? 2 : 1, reason, files }];
}

function holdsInstances(head: unknown): boolean {
  const root = asObject(head);
  return typeof asObject(root?.metadata)?.name === "string" && Array.isArray(root!.instances);
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const pairs = new Pairing(view, {
    extension: "json",
    isOther: (name) => OTHERS.has(name),
    labelNames: (image) => [`${image}.json`, ...OLDER.map((suffix) => image + suffix), withExtension(image)],
    imageStem: (label) => stemOf(nameOf(label)),
  });
  return {
    format: "superannotate",
    root: candidate.root,
    classes: declaredClasses(view),
    settings: undefined,
    labelFor: (path) => pairs.labelFor(path),
    isLabel: (path) => pairs.isLabel(path),
    splitOf: splitOfLayout,
    unused: () => pairs.unused(),
  };
}

function withExtension(image: string): string {
  return image.slice(0, image.length - extensionOf(image).length) + "json";
}

/** Name of the image of a label file, without its extension. */
function stemOf(label: string): string {
  const image = OLDER.reduce(
    (name, suffix) => name.endsWith(suffix) ? name.slice(0, -suffix.length) : name,
    label,
  )
    .replace(/\.json$/i, "");
  const extension = extensionOf(image);
  return extension === "" ? image : image.slice(0, -extension.length - 1);
}

function declaredClasses(view: DatasetView): { name: string }[] {
  const names = new Set<string>();
  for (const path of filesNamed(view.labels, ["json"], (name) => name === "classes.json")) {
    if (!CLASSES.test(path)) continue;
    const list = parseLoose(decodeText(view.head(path, LIMIT)).text)?.value;
    for (const each of Array.isArray(list) ? list : []) {
      const name = textOf(asObject(each)?.name).trim();
      if (name !== "" && asObject(each)?.type !== "tag") names.add(name);
    }
  }
  return [...names].map((name) => ({ name }));
}
