/** Characters XML has no way to write. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const NOT_IN_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** Text as it stands in an XML element or in a quoted attribute; what XML cannot hold becomes `_`. */
export function xmlText(text: string): string {
  return text.replace(NOT_IN_XML, "_").replace(/[&<>"\t\n\r]/g, (c) => ENTITIES[c]);
}
