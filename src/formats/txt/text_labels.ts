/** What formats with one text file for each image share. */
import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelPlan } from "../format.ts";
import { Pairing, type PairingOptions } from "../matching/pairing.ts";
import { isOtherText, type TextKind } from "./kinds.ts";
import { TextSurvey } from "./survey.ts";

/** What tells a format from others. */
export interface TextFormat {
  readonly name: TextKind;
  /** What its rows are called in `inspect`: "DOTA rows". */
  readonly rows: string;
  /** Folders that only this format has. */
  readonly marker?: RegExp;
}

/** A candidate if there are folders of which most files are of this format. */
export function detectTexts(view: DatasetView, { name, rows, marker }: TextFormat): Candidate[] {
  const { folders, files, looked, fitting } = TextSurvey.of(view).of(name);
  if (folders.length === 0) return [];
  const marked = marker && folders.find(({ path }) => marker.test(path));
  const seen = `${fitting} of ${looked} label files looked into hold ${rows}`;
  return [{
    format: name,
    root: commonFolder(folders.map(({ path }) => path)),
    // Where some are broken or something else, it is read only if nothing fits better.
    confidence: fitting <= 0.8 * looked ? 1 : marked ? 3 : 2,
    reason: marked ? `${seen}, in "${marked.path}"` : seen,
    files,
  }];
}

/** Plan of label files that are called like their images. */
export function planTexts(
  view: DatasetView,
  { root }: Candidate,
  name: TextKind,
  known: Partial<Pick<LabelPlan, "classes" | "settings">>,
  options: Pick<PairingOptions, "inner" | "elsewhere"> = {},
): LabelPlan {
  const pairs = new Pairing(view, {
    extension: "txt",
    isOther: isOtherText,
    elsewhere: TextSurvey.of(view).elsewhere(name),
    ...options,
  });
  return {
    format: name,
    root,
    classes: [],
    settings: undefined,
    ...known,
    labelFor: (path) => pairs.labelFor(path),
    isLabel: (path) => pairs.isLabel(path),
    splitOf: splitOfLayout,
    unused: () => pairs.unused(),
  };
}

/** The deepest folder that all of them are, or lie below. */
export function commonFolder(folders: readonly string[]): string {
  let common = folders[0]?.split("/") ?? [];
  for (const folder of folders) {
    const parts = folder.split("/");
    const differs = common.findIndex((part, i) => part !== parts[i]);
    if (differs >= 0) common = common.slice(0, differs);
  }
  return common.join("/");
}
