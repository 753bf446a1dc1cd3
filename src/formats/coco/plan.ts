import { below, extensionOf, folderOf, nameOf, withoutExtension } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelPlan } from "../format.ts";
import { mergeClasses } from "./classes.ts";
import { type CocoFile, readCocoFile } from "./file.ts";
import { CocoIndex } from "./index.ts";
import { mergeLicenses } from "./licenses.ts";
import type { CocoFileSettings, CocoSettings } from "./parse.ts";
import { type CocoFiles, type CocoKind, findCocoFiles, tellOthers } from "./sniff.ts";

/** What one kind of COCO files has to say about their plan. */
export interface KindPlan {
  /** More for the parser to know of a file. */
  settingsOf?(file: CocoFile): Partial<CocoFileSettings>;
  claims?: LabelPlan["claims"];
}

/**
 * Plans the COCO files of one kind: all in which annotations refer to images of the same file.
 *
 * @param more Called with the files and their index.
 */
export function planCoco(
  view: DatasetView,
  { format, root }: Candidate,
  kind: CocoKind,
  more: (files: readonly CocoFile[], index: CocoIndex) => KindPlan = () => ({}),
): LabelPlan {
  const found = findCocoFiles(view);
  tellOthers(view, found, kind);
  const files = found[kind].flatMap((path) => readCocoFile(view, path) ?? []);
  const { classes, numbers } = mergeClasses(view, files);
  const { licenses, changed } = mergeLicenses(files);
  const index = new CocoIndex(view, files);
  const { settingsOf, claims } = more(files, index);
  const settings: CocoSettings = {
    files: new Map(files.map((file, i) => [
      file.path,
      { categories: numbers[i], licenses: changed[i], ...settingsOf?.(file) },
    ])),
  };
  return {
    format,
    root,
    classes,
    settings,
    labelFor: (path) => index.labelFor(path),
    splitOf: (path) => index.splitOf(path) ?? splitOfLayout(path),
    unused: () => index.missing(),
    claims: claims ?? panopticPngs(found, index),
    licenses,
  };
}

/** The PNGs of panoptic files are no frames either where another kind is read: they lie in a folder called like their JSON. */
function panopticPngs({ panoptic }: CocoFiles, index: CocoIndex): LabelPlan["claims"] {
  if (panoptic.length === 0) return undefined;
  const folders = new Set(panoptic.map((path) => below(folderOf(path), withoutExtension(nameOf(path)))));
  return (path) => extensionOf(path) === "png" && folders.has(folderOf(path)) && !index.has(path);
}
