/** An XML document that was read, as far as label files use XML: attributes, comments and mixed text are left out. */
export interface XmlDocument {
  readonly root: XmlElement;
  /** Characters the elements' texts are cut from. */
  readonly text: string;
  /** What {@link XmlElement.offset} refers to. */
  readonly source: string;
}

export interface XmlElement {
  readonly name: string;
  /** Position behind the opening tag in the source, UTF-16 units. */
  readonly offset: number;
  /** Undefined for none. */
  children: XmlElement[] | undefined;
  /** Text of an element without children: `[start, end)` in the document's text; empty for others. */
  start: number;
  end: number;
}

/** Text of an element, trimmed, with line ends as XML has them. */
export function textOf(document: XmlDocument, element: XmlElement): string {
  const text = document.text.slice(element.start, element.end).trim();
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/** First child of that name. */
export function childOf(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children?.find((element) => element.name === name);
}

/** Text of the first child of that name, trimmed. */
export function childText(document: XmlDocument, parent: XmlElement, name: string): string | undefined {
  const element = childOf(parent, name);
  return element && textOf(document, element);
}
