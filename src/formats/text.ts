/** Text of a label file, and how it had to be decoded. */
export interface DecodedText {
  /** Without byte order mark. */
  readonly text: string;
  /** Encoding that was used, as the Encoding standard names it. */
  readonly encoding: string;
  /** True if the file began with a byte order mark. */
  readonly mark: boolean;
  /** True if the bytes were not what they should have been, and windows-1252 stepped in. */
  readonly fallback: boolean;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes a text file: by its byte order mark, else by the encoding it declares, else as UTF-8, else as windows-1252 (which
 * takes any byte, and is what old Windows tools wrote). The declaration may be wrong; the next one is then tried.
 *
 * @param declared Encoding the file says it is in, any label of the Encoding standard; unknown ones are ignored.
 */
export function decodeText(bytes: Uint8Array, declared = "utf-8"): DecodedText {
  const marked = markOf(bytes);
  if (marked) {
    const [encoding, length] = marked;
    const text = tryDecode(bytes.subarray(length), encoding);
    if (text !== undefined) return { text, encoding, mark: true, fallback: false };
  } else {
    // A file whose declaration can be read byte by byte is in no 16-bit encoding, whatever it says.
    const first = /^utf-?16/i.test(declared) ? "utf-8" : declared.toLowerCase();
    for (const encoding of [first, "utf-8"]) {
      const text = tryDecode(bytes, encoding);
      if (text !== undefined) return { text, encoding, mark: false, fallback: false };
    }
  }
  const text = new TextDecoder("windows-1252").decode(bytes);
  return { text, encoding: "windows-1252", mark: false, fallback: true };
}

function markOf(bytes: Uint8Array): [encoding: string, length: number] | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return ["utf-8", 3];
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return ["utf-16le", 2];
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return ["utf-16be", 2];
  return undefined;
}

/** Undefined if the bytes are not in this encoding, or nobody knows it. */
function tryDecode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    const decoder = /^utf-?8$/i.test(encoding)
      ? UTF8
      : new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
