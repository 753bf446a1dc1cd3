import type { CocoAnnotation } from "../../model/dataset.ts";
import { imageMember, sampleKey, widsIndex } from "../../media/webdataset.ts";
import type { LabelOutput, LabelSink, LabelWriter, WriterHead, WriterImage } from "../writer.ts";
import { plainImage } from "../writing/plain_image.ts";
import { NOT_IN_PATHS, safeNames } from "../writing/safe_names.ts";
import { type Member, type ShardLimits, Shards } from "./shards.ts";

/** Those of WebDataset's own writer (FORMATS §15). */
const LIMITS: ShardLimits = { samples: 100_000, bytes: 3e9 };
/** Name of the shards of images without a split. */
const UNSPLIT = "dataset";
const encoder = new TextEncoder();

/**
 * WebDataset (FORMATS §15): `<split>-000000.tar` with an image and a `.json` for each sample, `<split>-index.json` for wids,
 * and `categories.json`.
 *
 * @param limits Most that a shard holds; a larger sample has one of its own.
 */
export function makeWebdatasetWriter(limits: ShardLimits = LIMITS): LabelWriter {
  return { name: "webdataset", packsImages: true, begin: (head, out) => begin(head, out, limits) };
}

/** The writer with the usual limits. */
export const webdatasetWriter = makeWebdatasetWriter();

function begin(head: WriterHead, out: LabelSink, limits: ShardLimits): LabelOutput {
  const { splits, unsplit, licenses, categories } = head;
  const keys = [...splits, ...unsplit > 0 ? [undefined] : []];
  const names = safeNames(keys.map((split) => split ?? UNSPLIT), NOT_IN_PATHS);
  const sets = new Map(keys.map((split, i) => [split, new Shards(out, names[i], limits)]));
  return {
    place: ({ frame, file_name }) => imageMember(frame, file_name),
    write(image, annotations, file) {
      const content = encoder.encode(JSON.stringify(record(image, annotations, splits.length > 0)));
      const members: Member[] = [{ name: `${sampleKey(image.frame)}.json`, content }];
      if (file) members.unshift({ name: image.path, content: file });
      sets.get(image.split)!.add(members);
    },
    end() {
      for (const shards of sets.values()) {
        shards.end();
        out.file(`${shards.name}-index.json`, widsIndex(shards.name, shards.list));
      }
      out.file(
        "categories.json",
        `{"licenses":${JSON.stringify(licenses)},\n"categories":${lines(categories)}}\n`,
      );
    },
  };
}

/** The `.json` of a sample: the same keys in all of them, as loaders that make columns of them need it. */
function record(image: WriterImage, annotations: readonly CocoAnnotation[], hasSplits: boolean): object {
  const { file_name, width, height, split } = image;
  return {
    file_name,
    width,
    height,
    ...(hasSplits && { split: split ?? null }),
    image: plainImage(image),
    annotations,
  };
}

/** A list with a record on each line. */
function lines(records: readonly object[]): string {
  return `[\n${records.map((each) => JSON.stringify(each)).join(",\n")}\n]`;
}
