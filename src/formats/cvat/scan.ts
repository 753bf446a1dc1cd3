import type { RangeReader } from "../../io/range_file.ts";
import { ByteWindow } from "../byte_window.ts";
import { ScanError } from "../scan_error.ts";
import { CUT, DOCTYPE, nextTag, NO_TAG, XmlTag } from "./tags.ts";

/** A tag larger than this is a lost quote (bytes). */
const MAX_TAG = 256 << 20;
/** Elements nested deeper than this are damage or an attack. */
const MAX_DEPTH = 500;

/** A tag in a file. */
export interface FileTag {
  readonly tag: XmlTag;
  /** Place of the tag in the file, bytes. */
  readonly offset: number;
  /** Elements it lies in: 0 for the root's tags. */
  readonly depth: number;
}

/**
 * Visits the tags of an XML file from front to back, however large it is.
 *
 * @param file Open file, in UTF-8 or another encoding with the same ASCII.
 * @param deepest Tags in more elements than this are passed over.
 * @param visit May return false to end it early.
 * @throws {ScanError} If the file is malformed as far as its tags show, ends early, or has a DOCTYPE.
 */
export function scanTags(
  file: RangeReader,
  deepest: number,
  visit: (tag: FileTag) => boolean | void,
): void {
  const window = new ByteWindow(file);
  if (!window.skipMark()) throw new ScanError("label-encoding", "the file is in UTF-16, not in UTF-8", 0);
  const tag = new XmlTag();
  const told = { tag, offset: 0, depth: 0 };
  /** What tells the names of the open elements apart. */
  const open = new Int32Array(MAX_DEPTH);
  let depth = 0;
  let hasRoot = false;
  const malformed = (message: string) => new ScanError("xml-malformed", message, offset(window, tag));
  for (;;) {
    const end = nextTag(window.bytes, window.at, window.length, tag);
    if (end >= 0) {
      if (depth === 0 && (hasRoot || tag.isClose)) throw malformed("there is a tag outside the root element");
      hasRoot = true;
      if (tag.isClose && open[--depth] !== mark(tag)) {
        throw malformed(`</${tag.name}> closes an element of another name`);
      }
      if (depth <= deepest) {
        told.offset = offset(window, tag);
        told.depth = depth;
        if (visit(told) === false) return;
      }
      if (!tag.isClose && !tag.isEmpty) {
        if (depth === MAX_DEPTH) throw malformed("elements are nested too deep");
        open[depth++] = mark(tag);
      }
      window.at = end;
      continue;
    }
    if (end === CUT || end === NO_TAG) {
      const kept = window.length - tag.start;
      if (kept > MAX_TAG) {
        throw malformed(`a tag is longer than ${MAX_TAG} bytes`);
      }
      window.at = tag.start;
      if (window.extend()) continue;
      if (end === NO_TAG && depth === 0 && hasRoot) return;
      throw new ScanError("xml-malformed", "the file ends in the middle", window.offset);
    }
    if (end === DOCTYPE) {
      throw new ScanError("xml-doctype", "it declares a DOCTYPE, which is refused", offset(window, tag));
    }
    throw malformed("a tag is not well-formed");
  }
}

/** Length, first and last letter of a tag's name. */
function mark({ bytes, nameStart, nameEnd }: XmlTag): number {
  return (nameEnd - nameStart) << 16 | bytes[nameStart] << 8 | bytes[nameEnd - 1];
}

function offset(window: ByteWindow, tag: XmlTag): number {
  return window.offset - window.at + tag.start;
}
