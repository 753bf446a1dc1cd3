/** Reads an mp4 by its boxes alone, knowing nothing of our writer. */

/** One track of a file, with its samples. */
export interface ReadTrack {
  /** Sample entry: four characters, objectTypeIndication, size in px. */
  format: string;
  objectType: number;
  width: number;
  height: number;
  /** Units of time in a second, and of each sample. */
  timescale: number;
  delta: number;
  samples: Uint8Array[];
  /** Where the samples begin. */
  offsets: number[];
}

interface Box {
  type: string;
  /** Content, without the header. */
  body: Uint8Array;
}

const latin1 = new TextDecoder("latin1");
const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The boxes that fill these bytes to the last one. */
export function boxes(bytes: Uint8Array): Box[] {
  const found: Box[] = [];
  for (let at = 0; at < bytes.length;) {
    let size = view(bytes).getUint32(at);
    let header = 8;
    if (size === 1) {
      size = Number(view(bytes).getBigUint64(at + 8));
      header = 16;
    }
    if (size < header || at + size > bytes.length) throw new Error(`a box of ${size} bytes at ${at}`);
    found.push({
      type: latin1.decode(bytes.subarray(at + 4, at + 8)),
      body: bytes.subarray(at + header, at + size),
    });
    at += size;
  }
  return found;
}

function inner(bytes: Uint8Array, ...path: string[]): Uint8Array {
  for (const type of path) {
    const found = boxes(bytes).filter((box) => box.type === type);
    if (found.length !== 1) throw new Error(`${found.length} boxes ${type}`);
    bytes = found[0].body;
  }
  return bytes;
}

/** The tracks of a file, in their order. */
export function tracks(file: Uint8Array): ReadTrack[] {
  const movie = inner(file, "moov");
  return boxes(movie).filter(({ type }) => type === "trak").map(({ body }) => {
    const table = (name: string) => inner(body, "mdia", "minf", "stbl", name);
    const [entry] = boxes(table("stsd").subarray(8));
    const esds = inner(entry.body.subarray(78), "esds");
    const sizes = view(table("stsz")), offsets = view(table("co64")), times = view(table("stts"));
    const runs = view(table("stsc"));
    const count = sizes.getUint32(8);
    if (times.getUint32(4) !== 1 || times.getUint32(8) !== count) throw new Error("more than one frame rate");
    if (runs.getUint32(4) !== 1 || runs.getUint32(12) !== 1) throw new Error("more than one sample a chunk");
    if (offsets.getUint32(4) !== count) throw new Error("not as many offsets as sizes");
    const begins = Array.from({ length: count }, (_, i) => Number(offsets.getBigUint64(8 + 8 * i)));
    return {
      format: entry.type,
      // Version and flags; ES_Descriptor with its head of 5 bytes; head of the DecoderConfigDescriptor.
      objectType: esds[4 + 5 + 2],
      width: view(entry.body).getUint16(24),
      height: view(entry.body).getUint16(26),
      timescale: view(inner(body, "mdia", "mdhd")).getUint32(20),
      delta: times.getUint32(12),
      samples: begins.map((at, i) => file.subarray(at, at + sizes.getUint32(12 + 4 * i))),
      offsets: begins,
    };
  });
}
