import { SaxesParser } from "saxes";
import type { XmlDocument, XmlElement } from "./element.ts";

/** Why an XML document is refused. */
export class XmlError extends Error {
  /** @param line 1-based. */
  constructor(readonly code: "xml-doctype" | "xml-malformed", message: string, readonly line: number) {
    super(message);
  }
}

/**
 * Reads any XML document. Entities other than the five of XML are never expanded: a document that declares some is refused.
 *
 * @throws {XmlError} If it is malformed or has a DOCTYPE.
 */
export function readAnyXml(source: string): XmlDocument {
  const parser = new SaxesParser({ position: true });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  /** Texts of all elements, one behind the other. */
  let text = "";
  const fail = (code: XmlError["code"], message: string): never => {
    throw new XmlError(code, message, parser.line);
  };
  parser.on("error", ({ message }) => fail("xml-malformed", message.replace(/^\d+:\d+: /, "")));
  parser.on("doctype", () => fail("xml-doctype", "it declares a DOCTYPE, which is refused"));
  parser.on("opentag", ({ name }) => {
    const start = text.length;
    const element: XmlElement = { name, offset: parser.position, children: undefined, start, end: start };
    const parent = open.at(-1);
    if (!parent) root = element;
    else {
      if (parent.children) parent.children.push(element);
      else parent.children = [element];
      parent.start = parent.end = 0;
    }
    open.push(element);
  });
  const append = (part: string) => {
    const element = open.at(-1);
    if (!element || element.children) return;
    text += part;
    element.end = text.length;
  };
  parser.on("text", append);
  parser.on("cdata", append);
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(source).close();
  return { root: root!, text, source };
}
