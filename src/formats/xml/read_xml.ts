import { Buffer } from "node:buffer";
import { tellEncoding } from "../encoding.ts";
import type { LabelContext } from "../format.ts";
import { decodeText } from "../text.ts";
import type { XmlDocument } from "./element.ts";
import { OTHER, readPlainXml } from "./plain_xml.ts";
import { readAnyXml } from "./saxes.ts";

/**
 * Reads an XML file.
 *
 * @param issue Told about an encoding that tools may stumble over.
 * @throws {XmlError} If the document is malformed or has a DOCTYPE.
 */
export function readXml(bytes: Uint8Array, issue: LabelContext["issue"]): XmlDocument {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  // Almost all files are plain ASCII; a byte that is not makes them not plain.
  const ascii = plain(latin1, bytes);
  if (ascii) return ascii;
  const text = decode(bytes, issue);
  const units = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // U+FFFE and U+FFFF are the only ones of them that may come out of decoding and are not allowed in XML.
    units[i] = unit < 0x80 ? unit : unit < 0xfffe ? OTHER : 0;
  }
  return plain(text, units) ?? readAnyXml(text);
}

function plain(text: string, units: Uint8Array): XmlDocument | undefined {
  const root = readPlainXml(text, units);
  return root && { root, text, source: text };
}

/** Decodes by byte order mark, else by the encoding the first line declares. */
function decode(bytes: Uint8Array, issue: LabelContext["issue"]): string {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString("latin1");
  const declared = /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1];
  const decoded = decodeText(bytes, declared);
  tellEncoding(decoded, declared ?? "utf-8", issue);
  return decoded.text;
}
