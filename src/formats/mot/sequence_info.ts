import { imageName } from "../matching/image_name.ts";
import { decodeText } from "../text.ts";

/** What a `seqinfo.ini` says. */
export interface SequenceInfo {
  /** Folder of the frames, below that of the sequence. */
  readonly folder?: string;
  /** Extension of the frames, with the dot. */
  readonly extension?: string;
  /** Size of the frames, px. */
  readonly width?: number;
  readonly height?: number;
}

/** Reads a `seqinfo.ini`; nothing is known of what it does not say. */
export function readSequenceInfo(bytes: Uint8Array): SequenceInfo {
  const values = new Map<string, string>();
  for (const line of decodeText(bytes).text.split(/[\r\n]+/)) {
    const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key && value) values.set(key.toLowerCase(), value);
  }
  const size = (key: string) => {
    const value = Number(values.get(key));
    return Number.isInteger(value) && value > 0 ? value : undefined;
  };
  const extension = values.get("imext");
  return {
    folder: imageName(values.get("imdir") ?? "") || undefined,
    extension: extension && /^\.\w+$/.test(extension) ? extension : undefined,
    width: size("imwidth"),
    height: size("imheight"),
  };
}
