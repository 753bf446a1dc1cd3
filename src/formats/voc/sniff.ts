import { sampleFiles } from "../../tree/files_named.ts";
import type { DatasetView } from "../format.ts";
import { decodeText } from "../text.ts";

/** Files looked into at the most. */
const SAMPLES = 20;
/** Bytes looked at in each. */
const HEAD = 4096;

/** What a look at some of the XML files tells. */
export interface VocSniff {
  /** XML files in all. */
  readonly files: number;
  /** Files looked into. */
  readonly looked: number;
  /** Of these, VOC annotations. */
  readonly fitting: number;
}

/** Looks into XML files spread evenly over the tree. */
export function sniffVoc(view: DatasetView): VocSniff {
  const { files, paths } = sampleFiles(view.labels, "xml", SAMPLES);
  const samples = paths.slice(0, SAMPLES);
  const fitting = samples.filter((path) => isVoc(decodeText(view.head(path, HEAD)).text)).length;
  return { files, looked: samples.length, fitting };
}

/** True if the beginning of a file is that of a VOC annotation, not of LabelMe's XML, which has the same root. */
function isVoc(text: string): boolean {
  const root = /<([A-Za-z_][\w.-]*)[\s/>]/.exec(text)?.[1];
  return root === "annotation" && !/<(?:imagesize|segm|pt)[\s/>]/.test(text);
}
