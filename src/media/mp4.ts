import type { RangeReader } from "../io/range_file.ts";
import type { Container } from "./container.ts";

// ISO/IEC 14496-12 (boxes), 14496-14 (`mp4v`), 14496-1 §7.2.6 (descriptors of `esds`); docs/dataset_spec.md §1.3.
/** Values of objectTypeIndication, by codec. */
const OBJECT_TYPES: Readonly<Record<string, number>> = { jpeg: 0x6c, png: 0x6d };
/** Units of time for each frame, so that frame rates can have three decimals. */
const TICKS = 1000;
/** Object type 1, width 2, height 2, size 4, offset 8 bytes. */
const RECORD = 17;
const RECORDS_AT_ONCE = 8192;
const MDAT_HEADER = 16;
/** Readers hold the size of a sample in a signed 32-bit number. */
const MAX_SIZE = 0x7fffffff;
/** Marks the box with the original labels. */
const LABELS_UUID = "1256aaabb1b944309f54718639d056d6";
/** Identity, in the fixed-point numbers of a transformation matrix. */
const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].flatMap(u32);
const SELF_CONTAINED = 1;
const ENABLED_IN_MOVIE_AND_PREVIEW = 7;
const UNDETERMINED_LANGUAGE = 0x55c4;

const FTYP = Uint8Array.from(
  box("ftyp", [...ascii("isom"), ...u32(0x200), ...ascii("isom"), ...ascii("iso2"), ...ascii("mp41")]),
);

/** The frames of one codec. */
interface Track {
  readonly objectType: number;
  /** Stored size of its first frame. */
  readonly width: number;
  readonly height: number;
  frames: number;
}

type Records = Pick<RangeReader, "size" | "read">;

/** Mp4 as docs/dataset_spec.md §1.3 says: every frame a sample in one `mdat`, the tables after it. */
export const mp4: Container = {
  media: "mp4",

  refusal(codec, size) {
    if (!Object.hasOwn(OBJECT_TYPES, codec)) {
      return `is a ${codec.toUpperCase()}, and an mp4 bundle holds JPEG and PNG only`;
    }
    if (size > MAX_SIZE) return `has ${size} bytes, and an mp4 bundle holds images below 2 GiB only`;
    return undefined;
  },

  prologueSize: FTYP.length + MDAT_HEADER,

  prologue(framesSize) {
    const bytes = new Uint8Array(FTYP.length + MDAT_HEADER);
    bytes.set(FTYP);
    bytes.set(largeHeader("mdat", MDAT_HEADER + framesSize), FTYP.length);
    return bytes;
  },

  headerSize: () => 0,
  writeHeader: () => 0,
  padding: () => 0,
  growth: {
    overEnd: false,
    headerSize: MDAT_HEADER,
    header: (framesSize) => Uint8Array.from(largeHeader("mdat", MDAT_HEADER + framesSize)),
    // Of two movies in a file, readers take the first.
    retired: { offset: 4, live: Uint8Array.from(ascii("moov")), dead: Uint8Array.from(ascii("free")) },
  },
  directorySize: () => RECORD,

  writeDirectory(into, at, { header, size }, offset) {
    const view = new DataView(into.buffer, into.byteOffset + at, RECORD);
    const { codec, width, height } = header!;
    view.setUint8(0, Object.hasOwn(OBJECT_TYPES, codec) ? OBJECT_TYPES[codec] : 0);
    view.setUint16(1, Math.min(width, 0xffff));
    view.setUint16(3, Math.min(height, 0xffff));
    view.setUint32(5, size);
    view.setFloat64(9, offset);
    return RECORD;
  },

  labelsHeader(size) {
    const usertype = Uint8Array.fromHex(LABELS_UUID);
    return Uint8Array.from([
      ...largeHeader("uuid", MDAT_HEADER + usertype.length + size),
      ...usertype,
    ]);
  },

  *tables(records, fps) {
    const tracks = tracksOf(records);
    const heads = tracks.map((track, i) => trackHead(track, i + 1, fps));
    const duration = Math.max(0, ...tracks.map(({ frames }) => frames)) * TICKS;
    const movie = box("mvhd", [
      ...[...u32(1 << 24), ...u64(0), ...u64(0), ...u32(timescale(fps)), ...u64(duration)],
      ...[...u32(0x10000), ...u16(0x100), ...zeros(10), ...MATRIX, ...zeros(24), ...u32(tracks.length + 1)],
    ]);
    const size = tracks.reduce((sum, { frames }, i) => sum + heads[i].length + tablesSize(frames), 0);
    yield Uint8Array.from(box("moov", movie, size));
    for (const [i, track] of tracks.entries()) {
      yield Uint8Array.from(heads[i]);
      yield Uint8Array.from(box("stsz", [...u32(0), ...u32(0), ...u32(track.frames)], 4 * track.frames));
      yield* table(records, track, 4, (view, at, size) => view.setUint32(at, size));
      yield Uint8Array.from(box("co64", [...u32(0), ...u32(track.frames)], 8 * track.frames));
      yield* table(records, track, 8, (view, at, _, offset) => {
        view.setUint32(at, Math.floor(offset / 2 ** 32));
        view.setUint32(at + 4, offset % 2 ** 32);
      });
    }
  },

  end: () => new Uint8Array(0),
};

/** Blocks of whole records. */
function* blocks(records: Records): Generator<DataView> {
  const block = new Uint8Array(RECORD * RECORDS_AT_ONCE);
  for (let at = 0; at < records.size; at += block.length) {
    yield new DataView(block.buffer, 0, records.read(block, at));
  }
}

/** One track for each codec there is; the one with more frames comes first, as some readers see only that. */
function tracksOf(records: Records): Track[] {
  const tracks = new Map<number, Track>();
  for (const view of blocks(records)) {
    for (let at = 0; at < view.byteLength; at += RECORD) {
      const objectType = view.getUint8(at);
      const track = tracks.get(objectType);
      if (track) track.frames++;
      else {
        const [width, height] = [view.getUint16(at + 1), view.getUint16(at + 3)];
        tracks.set(objectType, { objectType, width, height, frames: 1 });
      }
    }
  }
  return [...tracks.values()].sort((a, b) => b.frames - a.frames || a.objectType - b.objectType);
}

/** One number of `width` bytes for each frame of a track. */
function* table(
  records: Records,
  { objectType }: Track,
  width: 4 | 8,
  put: (view: DataView, at: number, size: number, offset: number) => void,
): Generator<Uint8Array> {
  for (const view of blocks(records)) {
    const out = new DataView(new ArrayBuffer(view.byteLength / RECORD * width));
    let length = 0;
    for (let at = 0; at < view.byteLength; at += RECORD) {
      const size = view.getUint32(at + 5);
      if (view.getUint8(at) === objectType) {
        put(out, length, size, view.getFloat64(at + 9));
        length += width;
      }
    }
    yield new Uint8Array(out.buffer, 0, length);
  }
}

/** Bytes of the two tables, `stsz` and `co64`. */
const tablesSize = (frames: number) => 20 + 4 * frames + 16 + 8 * frames;

/** A `trak` box up to its two tables, which are the last boxes of the last box in it. */
function trackHead({ objectType, width, height, frames }: Track, id: number, fps: number): number[] {
  const rest = tablesSize(frames);
  const duration = frames * TICKS;
  const descriptors = [
    ...[3, 21, ...u16(0), 0], // ES_Descriptor: ES_ID, flags
    ...[4, 13, objectType, 0x11, ...zeros(11)], // DecoderConfigDescriptor: a visual stream, rates unknown
    ...[6, 1, 2], // SLConfigDescriptor: as in MP4 files
  ];
  const entry = box("mp4v", [
    ...[...zeros(6), ...u16(1), ...zeros(16), ...u16(width), ...u16(height)],
    ...[...u32(0x480000), ...u32(0x480000), ...zeros(4), ...u16(1), ...zeros(32), ...u16(24), ...u16(0xffff)],
    ...box("esds", [...u32(0), ...descriptors]),
  ]);
  const samples = box("stbl", [
    ...box("stsd", [...u32(0), ...u32(1), ...entry]),
    ...box("stts", [...u32(0), ...u32(1), ...u32(frames), ...u32(TICKS)]),
    ...box("stsc", [...u32(0), ...u32(1), ...u32(1), ...u32(1), ...u32(1)]),
  ], rest);
  const references = box("dref", [...u32(0), ...u32(1), ...box("url ", u32(SELF_CONTAINED))]);
  const information = box("minf", [
    ...box("vmhd", [...u32(1), ...zeros(8)]),
    ...box("dinf", references),
    ...samples,
  ], rest);
  const media = box("mdia", [
    ...box("mdhd", [
      ...[...u32(1 << 24), ...u64(0), ...u64(0), ...u32(timescale(fps)), ...u64(duration)],
      ...[...u16(UNDETERMINED_LANGUAGE), ...u16(0)],
    ]),
    ...box("hdlr", [...u32(0), ...u32(0), ...ascii("vide"), ...zeros(12), 0]),
    ...information,
  ], rest);
  const header = box("tkhd", [
    ...u32(1 << 24 | ENABLED_IN_MOVIE_AND_PREVIEW),
    ...[...u64(0), ...u64(0), ...u32(id), ...u32(0), ...u64(duration), ...zeros(16), ...MATRIX],
    ...[...u16(width), ...u16(0), ...u16(height), ...u16(0)],
  ]);
  return box("trak", [...header, ...media], rest);
}

/** Units of time in a second. */
const timescale = (fps: number) => Math.round(fps * TICKS);

/** A box; `more` bytes of its content come after what is given. */
function box(type: string, content: readonly number[], more = 0): number[] {
  return [...u32(8 + content.length + more), ...ascii(type), ...content];
}

/** Header of a box whose size takes 64 bits. */
function largeHeader(type: string, size: number): number[] {
  return [...u32(1), ...ascii(type), ...u64(size)];
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function zeros(count: number): number[] {
  return new Array(count).fill(0);
}

function u16(value: number): number[] {
  return [value >>> 8 & 255, value & 255];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value)];
}

function u64(value: number): number[] {
  return [...u32(Math.floor(value / 2 ** 32)), ...u32(value % 2 ** 32)];
}
