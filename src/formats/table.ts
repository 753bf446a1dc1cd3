/**
 * Every label format. A new one needs its files, its rows (`entry.ts`, which imports no code but the list of capabilities, for
 * all of them are loaded by every run) and its two lines here.
 */
import type { FormatEntry, LabelFormat } from "./format.ts";
import type { LabelWriter } from "./writer.ts";
import { entries as cityscapes } from "./cityscapes/entry.ts";
import { entries as classFolders } from "./class_folders/entry.ts";
import { entries as coco } from "./coco/entry.ts";
import { entries as createml } from "./createml/entry.ts";
import { entries as csv } from "./csv/entry.ts";
import { entries as cvat } from "./cvat/entry.ts";
import { entries as darwin } from "./darwin/entry.ts";
import { entries as datumaro } from "./datumaro/entry.ts";
import { entries as dota } from "./dota/entry.ts";
import { entries as edgeImpulse } from "./edge_impulse/entry.ts";
import { entries as hasty } from "./hasty/entry.ts";
import { entries as hf } from "./hf/entry.ts";
import { entries as kitti } from "./kitti/entry.ts";
import { entries as labelStudio } from "./label_studio/entry.ts";
import { entries as labelbox } from "./labelbox/entry.ts";
import { entries as labelme } from "./labelme/entry.ts";
import { entries as labelmeXml } from "./labelme_xml/entry.ts";
import { entries as masks } from "./masks/entry.ts";
import { entries as mot } from "./mot/entry.ts";
import { entries as oidv4 } from "./oidv4/entry.ts";
import { entries as openImages } from "./open_images/entry.ts";
import { entries as sagemaker } from "./sagemaker/entry.ts";
import { entries as scalabel } from "./scalabel/entry.ts";
import { entries as scale } from "./scale/entry.ts";
import { entries as superannotate } from "./superannotate/entry.ts";
import { entries as supervisely } from "./supervisely/entry.ts";
import { entries as via } from "./via/entry.ts";
import { entries as visdrone } from "./visdrone/entry.ts";
import { entries as voc } from "./voc/entry.ts";
import { entries as vott } from "./vott/entry.ts";
import { entries as webdataset } from "./webdataset/entry.ts";
import { entries as widerFace } from "./wider_face/entry.ts";
import { entries as yolo } from "./yolo/entry.ts";

/** In the order of docs/formats.md. */
export const formats: readonly FormatEntry[] = [
  yolo,
  classFolders,
  oidv4,
  dota,
  kitti,
  visdrone,
  mot,
  widerFace,
  voc,
  coco,
  labelStudio,
  cvat,
  datumaro,
  via,
  labelme,
  labelmeXml,
  darwin,
  cityscapes,
  supervisely,
  csv,
  openImages,
  hf,
  createml,
  hasty,
  scale,
  vott,
  scalabel,
  superannotate,
  edgeImpulse,
  masks,
  labelbox,
  sagemaker,
  webdataset,
].flat();

/** Those that can be read. */
export const readable = formats.filter((entry) => entry.read !== undefined);

/** True if labels of this format are pictures, as masks are. */
export function labelsArePictures(name: string): boolean {
  return readable.some((entry) => entry.name === name && entry.read!.pictures === true);
}

/**
 * Loads the reader of a format.
 *
 * @throws {RangeError} If there is none of that name.
 */
export function loadReader(name: string): Promise<LabelFormat> {
  const entry = readable.find((format) => format.name === name);
  if (!entry) throw new RangeError(`no reader for the label format "${name}"`);
  return entry.read!.load();
}

/** Those that can be written. */
export const writable = formats.filter((entry) => entry.write !== undefined);

/**
 * Loads the writer of a format.
 *
 * @throws {RangeError} If there is none of that name.
 */
export function loadWriter(name: string): Promise<LabelWriter> {
  const entry = writable.find((format) => format.name === name);
  if (!entry) throw new RangeError(`no writer for the label format "${name}"`);
  return entry.write!.load();
}
