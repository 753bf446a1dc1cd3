import { type RangeReader, readRange } from "../../io/range_file.ts";
import { below, folderOf } from "../../model/image_names.ts";
import { splitName, splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelPlan, LabelRef } from "../format.ts";
import type { PlannedClass } from "../../model/planned_class.ts";
import { type FileRanges, LabelRanges } from "../matching/label_ranges.ts";
import { scanOrReject } from "../scan_error.ts";
import { FrameNames } from "./frames.ts";
import { type CvatLabel, type CvatMeta, readMeta } from "./meta.ts";
import { type FileTag, scanTags } from "./scan.ts";
import { findCvatFiles } from "./sniff.ts";
import type { XmlTag } from "./tags.ts";

/** What the workers need to know of the files, by path. */
export type CvatSettings = ReadonlyMap<string, CvatFileSettings>;

export interface CvatFileSettings {
  readonly labels: ReadonlyMap<string, CvatLabel>;
  readonly sizes: CvatMeta["sizes"];
}

/** Where the opening tags of the tracks of a file lie, in its order. */
interface Tracks {
  readonly offsets: number[];
  readonly lengths: number[];
}

/**
 * Plans CVAT files: an image's labels are the range of its `image` element; a frame's are, for each shape of it, the opening tag
 * of the track and the shape.
 */
export function planCvat(view: DatasetView, { format, root }: Candidate): LabelPlan {
  const ranges = new LabelRanges(view);
  const settings = new Map<string, CvatFileSettings>();
  const tracks = new Map<string, Tracks>();
  const classes = new Map<string, PlannedClass>();
  for (const path of findCvatFiles(view)) {
    const file = ranges.file(path);
    const read = readFile(view, file);
    if (!read) {
      ranges.forget(file);
      continue;
    }
    const { meta } = read;
    tracks.set(path, read.tracks);
    settings.set(path, {
      labels: new Map(meta.labels.map((label) => [label.name, label])),
      sizes: meta.sizes,
    });
    for (const label of meta.labels) {
      if (!classes.has(label.name)) classes.set(label.name, plannedClass(label));
    }
  }
  ranges.finish();
  const withTracks = (ref: LabelRef): LabelRef => insertTracks(ref, tracks.get(ref.path)!);
  return {
    format,
    root,
    classes: [...classes.values()],
    settings: settings satisfies CvatSettings,
    labelFor(path) {
      const ref = ranges.labelFor(path);
      return ref && withTracks(ref);
    },
    splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
    *unused() {
      for (const { label, imagePath } of ranges.unused()) yield { label: withTracks(label), imagePath };
    },
  };
}

function plannedClass({ name, color, keypoints, skeleton }: CvatLabel): PlannedClass {
  const extra = { ...(color && { color }), ...(keypoints && { keypoints, skeleton }) };
  return Object.keys(extra).length > 0 ? { name, extra } : { name };
}

/** Goes through a file once; undefined if it is refused, which is told. */
function readFile(view: DatasetView, ranges: FileRanges): { meta: CvatMeta; tracks: Tracks } | undefined {
  return scanOrReject(view, ranges.path, (file) => {
    const reader = new Reader(view, ranges, file);
    scanTags(file, 2, (tag) => reader.take(tag));
    return { meta: reader.readMeta(), tracks: reader.tracks };
  });
}

class Reader {
  readonly tracks: Tracks = { offsets: [], lengths: [] };
  /** Place of the `meta` element in the file. */
  readonly meta = { start: 0, end: 0 };
  readonly #view: DatasetView;
  readonly #ranges: FileRanges;
  readonly #frames: FrameNames;
  /** Number of each frame's image, by video and subset. */
  readonly #numbers = new Map<string, Map<number, number>>();
  /** The element of the image, or the shape, that is open: where it begins, and whose it is. */
  #start = 0;
  #image = -1;
  #subset: string | undefined;
  #task = "";
  #isInTrack = false;
  /** Names of the videos; `meta` stands before the tracks. */
  #sources: CvatMeta["sources"] | undefined;

  constructor(view: DatasetView, ranges: FileRanges, readonly file: RangeReader) {
    this.#view = view;
    this.#ranges = ranges;
    this.#frames = new FrameNames(view, folderOf(ranges.path));
  }

  readMeta(): CvatMeta {
    const { start, end } = this.meta;
    return readMeta(readRange(this.file, start, end - start));
  }

  take({ tag, offset, depth }: FileTag): void {
    if (depth === 1) {
      if (tag.is("image")) this.#takeImage(tag, offset);
      else if (tag.is("track")) this.#takeTrack(tag, offset);
      else if (tag.is("meta")) {
        if (!tag.isClose) this.meta.start = offset;
        this.meta.end = offset + tag.end - tag.start;
      }
    } else if (depth === 2 && this.#isInTrack) this.#takeShape(tag, offset);
  }

  #takeImage(tag: XmlTag, offset: number): void {
    if (!tag.isClose) {
      const name = tag.attribute("name") ?? "";
      const subset = subsetOf(tag);
      this.#image = name === "" ? -1 : this.#ranges.image(below(subset ?? "", name), splitOfSubset(subset));
      this.#start = offset;
      if (this.#image < 0) {
        this.#view.issue({
          code: "image-name-missing",
          severity: "reject",
          record: "label",
          path: this.#ranges.path,
          message: `The image element at byte ${offset} has no usable name.`,
        });
      }
    }
    if (tag.isClose || tag.isEmpty) this.#add(tag, offset);
  }

  #takeTrack(tag: XmlTag, offset: number): void {
    this.#isInTrack = !tag.isClose && !tag.isEmpty;
    if (!this.#isInTrack) return;
    this.#subset = subsetOf(tag);
    this.#task = tag.attribute("task_id") ?? "";
    this.tracks.offsets.push(offset);
    this.tracks.lengths.push(tag.end - tag.start);
  }

  #takeShape(tag: XmlTag, offset: number): void {
    if (!tag.isClose) {
      // Not seen from here on: nothing to read.
      const isOutside = tag.has("outside", "1");
      const frame = isOutside ? -1 : tag.number("frame") ?? -1;
      this.#image = isOutside ? -1 : this.#frame(Number.isInteger(frame) ? frame : -1, offset);
      this.#start = offset;
    }
    if (tag.isClose || tag.isEmpty) this.#add(tag, offset);
  }

  /** Number of the image of a frame. */
  #frame(frame: number, offset: number): number {
    if (frame < 0) {
      this.#view.issue({
        code: "annotation-invalid",
        severity: "reject",
        record: "annotation",
        path: this.#ranges.path,
        message: `The shape at byte ${offset} has no frame number.`,
      });
      return -1;
    }
    this.#sources ??= this.readMeta().sources;
    const source = this.#sources.get(this.#task) ?? this.#sources.get("");
    const key = `${source ?? ""}/${this.#subset ?? ""}`;
    let numbers = this.#numbers.get(key);
    if (!numbers) this.#numbers.set(key, numbers = new Map());
    let number = numbers.get(frame);
    if (number === undefined) {
      const path = this.#frames.path(frame, this.#subset, source);
      number = this.#ranges.image(path, splitOfSubset(this.#subset));
      numbers.set(frame, number);
    }
    return number;
  }

  /** Ends the range of the open element with this tag. */
  #add(tag: XmlTag, offset: number): void {
    if (this.#image >= 0) {
      this.#ranges.add(this.#image, this.#start, offset + tag.end - tag.start - this.#start);
    }
  }
}

/** Subset of a project that an image or track is in; CVAT calls having none `default`. */
function subsetOf(tag: XmlTag): string | undefined {
  return tag.attribute("subset") || undefined;
}

function splitOfSubset(subset: string | undefined): string | undefined {
  return subset === undefined || subset.toLowerCase() === "default" ? undefined : splitName(subset);
}

/** Puts the opening tag of its track in front of each shape. */
function insertTracks(ref: LabelRef, { offsets, lengths }: Tracks): LabelRef {
  if (offsets.length === 0 || !ref.ranges) return ref;
  const ranges: number[] = [];
  for (let i = 0; i < ref.ranges.length; i += 2) {
    const offset = ref.ranges[i];
    let low = 0;
    let high = offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (offsets[middle] < offset) low = middle + 1;
      else high = middle;
    }
    // An image among tracks has none.
    if (low > 0) ranges.push(offsets[low - 1], lengths[low - 1]);
    ranges.push(offset, ref.ranges[i + 1]);
  }
  return { path: ref.path, ranges };
}
