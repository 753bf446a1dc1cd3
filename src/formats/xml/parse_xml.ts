import type { LabelContext } from "../format.ts";
import type { XmlDocument } from "./element.ts";
import { readXml } from "./read_xml.ts";
import { XmlError } from "./saxes.ts";

/**
 * Reads an XML label file.
 *
 * @param root Name the root element has to have.
 * @returns Undefined if the file is refused, which is told.
 */
export function parseXml(bytes: Uint8Array, root: string, context: LabelContext): XmlDocument | undefined {
  try {
    const document = readXml(bytes, context.issue);
    const { name } = document.root;
    if (name === root) return document;
    refuse(context, "xml-not-voc", `its root element is "${name}", not "${root}"`);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    refuse(context, error.code, `line ${error.line}: ${error.message.replace(/\.$/, "")}`, error.line);
  }
  return undefined;
}

function refuse(context: LabelContext, code: string, cause: string, line?: number): void {
  context.issue({
    code,
    severity: "reject",
    record: "label",
    line,
    message: `Cannot read labels from "${context.path}": ${cause}.`,
  });
}
