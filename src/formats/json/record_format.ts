import { nameOf } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { LabelFormat } from "../format.ts";
import { findJsonFiles } from "./find.ts";
import { type ImageRecord, locateRecords, type RecordMeaning } from "./image_records.ts";
import { JsonLabelReader } from "./label_reader.ts";
import type { Wanted } from "./records.ts";

/** What is special of a format whose JSON files hold one or more records for each image. */
export interface RecordFormat {
  readonly name: string;
  /** What a file holds, for `inspect`: the end of a sentence. */
  readonly holds: string;
  /** Extensions of the files, in lower case, without a dot. @default {["json"]} */
  readonly extensions?: readonly string[];
  /** Judges the beginning of a file. */
  fits(head: unknown, path: string): boolean;
  /** True for the name of a file that only this format has. */
  isMarker?(name: string): boolean;
  /** Where the records lie. */
  readonly wanted: Wanted;
  meaningOf(record: ImageRecord): RecordMeaning;
  /** See {@link LabelRanges}. */
  readonly otherName?: (name: string) => string | undefined;
  /** Reads the records of one image. */
  read(values: Iterable<unknown>, reader: JsonLabelReader): void;
}

/** The reader of such a format. */
export function recordFormat(format: RecordFormat): LabelFormat {
  const { name, fits, extensions } = format;
  return {
    name,
    detect(view) {
      const paths = findJsonFiles(view, fits, extensions);
      if (paths.length === 0) return [];
      const marker = paths.find((path) => format.isMarker?.(nameOf(path)));
      const reason = `"${marker ?? paths[0]}" holds ${format.holds}`;
      return [{ format: name, root: "", confidence: marker ? 3 : 2, reason, files: paths.length }];
    },
    plan(view, candidate) {
      const paths = findJsonFiles(view, fits, extensions);
      const { wanted, otherName } = format;
      const { ranges, classes } = locateRecords(
        view,
        paths,
        wanted,
        (record) => format.meaningOf(record),
        otherName,
      );
      return {
        format: name,
        root: candidate.root,
        classes: classes.map((name) => ({ name })),
        settings: undefined,
        labelFor: (path) => ranges.labelFor(path),
        splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
        unused: () => ranges.unused(),
      };
    },
    parse(bytes, context) {
      const reader = new JsonLabelReader(context);
      format.read(reader.values(bytes), reader);
      return reader.finish();
    },
  };
}
