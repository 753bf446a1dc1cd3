import { Buffer } from "node:buffer";
import { lineBlocks } from "../manifest/lines.ts";
import type { Manifest } from "../manifest/reader.ts";
import { HEADER_SIZE } from "../manifest/record.ts";
import { recordedSize } from "../model/frame.ts";

const NEWLINE = 10;
const BLOCK = 1024 * 1024;
/** Text that means in JSON what it shows, and no frame whose size is not that in the bundle. */
const PLAIN = /^[ !#-[\]-~]*"(?!,"method")[ -[\]-~]*$/;

/** What a comparison with the dataset needs of a frame line. */
export interface Glance {
  readonly position: number;
  readonly name: string;
  /** Bytes of the original file. */
  readonly size: number;
  readonly split?: string;
  /** `<format>:<path>` */
  readonly labels?: string;
}

/** Looks at all images of a manifest in order, a fifth of the time that parsing their lines takes. */
export function* glances(manifest: Manifest): Generator<Glance> {
  const { names, sizes } = manifest.index();
  const positions = manifest.positions();
  let position = 0, line = 0;
  for (const { bytes } of lineBlocks(manifest.file, HEADER_SIZE, manifest.framesEnd, BLOCK)) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < buffer.length && position < manifest.length; line++) {
      let stop = buffer.indexOf(NEWLINE, at);
      if (stop < 0) stop = buffer.length;
      if (!positions || positions[position] === line) {
        const rest = buffer.toString("latin1", at + names[position] + 1, stop);
        yield PLAIN.test(rest) ? glance(rest, position, sizes[position]) : parsed(manifest, position);
        position++;
      }
      at = stop + 1;
    }
  }
}

function glance(rest: string, position: number, size: number): Glance {
  const end = rest.indexOf('"');
  return {
    position,
    name: rest.slice(0, end),
    size,
    split: valueOf(rest, ',"split":"', end),
    labels: valueOf(rest, ',"labels":"', end),
  };
}

/** Value of a key; a text like a key cannot stand in a value, for its quotes would be escaped. */
function valueOf(rest: string, key: string, from: number): string | undefined {
  const at = rest.indexOf(key, from);
  return at < 0 ? undefined : rest.slice(at + key.length, rest.indexOf('"', at + key.length));
}

function parsed(manifest: Manifest, position: number): Glance {
  const record = manifest.record(position);
  const { file_name: name, split, labels } = record;
  return { position, name, size: recordedSize(record), split, labels };
}
