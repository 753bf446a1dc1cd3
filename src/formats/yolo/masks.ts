import { labelMasks } from "../../geometry/mask.ts";
import { decodePng, type PngPixels } from "../../image/png_pixels.ts";
import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import { below, extensionOf, folderOf, nameOf, withoutExtension } from "../../model/image_names.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan, Orphan } from "../format.ts";
import { imageName } from "../matching/image_name.ts";
import { toClassList } from "./class_list.ts";
import type { DataYaml } from "./data_yaml.ts";
import { type ClassFile, findClassNames, findDataYamls } from "./files.ts";
import { beyondClassList, type YoloSettings } from "./parse.ts";
import { splitsOf } from "./splits.ts";

/** Semantic segmentation of Ultralytics: a PNG for each image, each pixel the number of its class (FORMATS §4.3). */
export const yoloMasks: LabelFormat = { name: "yolo-masks", detect, plan, parse };

/** Value of pixels that are not to be judged. */
const IGNORED = 255;

function detect(view: DatasetView): Candidate[] {
  const marker = findDataYamls(view).find(({ yaml }) => yaml && maskFolders(view, yaml).length > 0);
  if (!marker) return [];
  const folders = maskFolders(view, marker.yaml!);
  let files = 0;
  for (const folder of folders) files += view.labels.folders.get(folder)!.files.filter(isMask).length;
  return [{
    format: "yolo-masks",
    root: folderOf(marker.path),
    confidence: 3,
    reason: `"${marker.path}" names "${marker.yaml!.masks}" as the folder of masks`,
    files,
  }];
}

/** Folders below the label tree that hold the masks a `data.yaml` speaks of. */
export function maskFolders({ labels }: DatasetView, { masks }: DataYaml): string[] {
  const name = nameOf(imageName(masks ?? ""));
  if (name === "") return [];
  return [...labels.folders.values()]
    .filter(({ path, files }) => path.split("/").includes(name) && files.some(isMask))
    .map(({ path }) => path);
}

function isMask(name: string): boolean {
  return extensionOf(name) === "png";
}

function plan(view: DatasetView, { root }: Candidate): LabelPlan {
  const marker: ClassFile | undefined = findDataYamls(view).find(({ yaml }) => yaml?.masks !== undefined);
  const source = findClassNames(view, marker);
  const { classes, settings } = toClassList(view, source?.names ?? [], source?.path ?? "");
  const splits = splitsOf(view, marker);
  const folders = new Set(marker ? maskFolders(view, marker.yaml!) : []);
  const name = nameOf(imageName(marker?.yaml?.masks ?? ""));
  const taken = new Set<string>();
  return {
    format: "yolo-masks",
    root,
    classes,
    settings,
    labelFor(image) {
      const path = maskOf(image, name);
      if (path === undefined || !view.labels.has(path)) return undefined;
      taken.add(path);
      return { path };
    },
    isLabel: (path) => folders.has(folderOf(path)) && isMask(path),
    claims: (path) => folders.has(folderOf(path)) && isMask(path),
    splitOf: (path) => splits.of(path),
    *unused(): Generator<Orphan> {
      for (const folder of folders) {
        for (const mask of view.labels.folders.get(folder)!.files.filter(isMask)) {
          const path = below(folder, mask);
          if (!taken.has(path)) yield { label: { path }, imagePath: imageOf(path, name) };
        }
      }
    },
  };
}

/** `masks/train/a.png` for `images/train/a.jpg`. */
function maskOf(image: string, masks: string): string | undefined {
  const parts = image.split("/");
  const at = parts.lastIndexOf("images", parts.length - 2);
  return at < 0 ? undefined : withoutExtension(parts.with(at, masks).join("/")) + ".png";
}

function imageOf(mask: string, masks: string): string {
  const parts = mask.split("/");
  return parts.with(parts.lastIndexOf(masks, parts.length - 2), "images").join("/");
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  let png: PngPixels;
  try {
    png = decodePng(bytes);
  } catch (error) {
    return refuse(context, (error as Error).message);
  }
  const { width, height, channels, data } = png;
  if (channels !== 1) return refuse(context, `it has ${channels} channels, and a mask has one`);
  const { names, localOf } = context.settings as YoloSettings;
  const annotations: Annotation[] = [];
  for (const [value, mask] of labelMasks(data, width, height, (value) => value === IGNORED)) {
    const known = value < names.length;
    if (!known && names.length > 0) {
      context.issue({
        code: "class-out-of-range",
        severity: "warning",
        message: beyondClassList(value, names.length),
        suggestion: "Add the class to the list, or correct the mask.",
      });
    }
    const category = known ? localOf?.[value] ?? value : context.category(`class_${value}`);
    annotations.push({ category, ...mask });
  }
  return { annotations, declaredWidth: width, declaredHeight: height };
}

function refuse(context: LabelContext, cause: string): ParsedLabels {
  context.issue({
    code: "mask-unreadable",
    severity: "reject",
    record: "label",
    message: `Cannot read labels from "${context.path}": ${cause}.`,
    suggestion: "Export the mask again, as a PNG of one channel.",
  });
  return { annotations: [] };
}
