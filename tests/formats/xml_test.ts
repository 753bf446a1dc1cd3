import assert from "node:assert/strict";
import fc from "../property.ts";
import type { Issue } from "../../src/model/issue.ts";
import { textOf, type XmlDocument, type XmlElement } from "../../src/formats/xml/element.ts";
import { OTHER, readPlainXml } from "../../src/formats/xml/plain_xml.ts";
import { readAnyXml, XmlError } from "../../src/formats/xml/saxes.ts";
import { readXml } from "../../src/formats/xml/read_xml.ts";

const encoder = new TextEncoder();

/** What an element says, whichever parser read it. */
function content(document: XmlDocument, element: XmlElement): unknown {
  return {
    name: element.name,
    offset: element.offset,
    text: textOf(document, element),
    children: element.children?.map((child) => content(document, child)),
  };
}

function outcome(read: () => XmlDocument): unknown {
  try {
    const document = read();
    return content(document, document.root);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return { refused: error.code, line: error.line };
  }
}

const name = fc.constantFrom(
  "annotation",
  "object",
  "name",
  "bndbox",
  "xmin",
  "owner",
  "my-tag",
  "_x.1",
  "é",
);
const blank = fc.constantFrom("", "", "\n\t", " ", "\r\n");
const words = fc.constantFrom(
  "",
  "12",
  " 3.5 ",
  "a dog",
  "犬",
  "naïve",
  "x > y",
  "a\r\nb",
  "&amp;",
  "<![CDATA[1<2]]>",
  "😀",
);
const tag = fc.letrec<{ element: string }>((tie) => ({
  element: fc.tuple(
    name,
    fc.constantFrom("", "", ' verified="yes"', " a='1'", ' a="1" b="2"', " "),
    fc.oneof(
      { depthSize: "small" },
      words,
      fc.array(
        fc.tuple(blank, tie("element"), fc.constantFrom("", "<!-- c -->")).map((parts) => parts.join("")),
        {
          maxLength: 4,
        },
      ).map((parts) => parts.join("") + "\n"),
      fc.constant(undefined),
    ),
  ).map(([tagName, attributes, inside]) =>
    inside === undefined ? `<${tagName}${attributes}/>` : `<${tagName}${attributes}>${inside}</${tagName}>`
  ),
})).element;
const head = fc.constantFrom(
  "",
  "",
  "\n",
  '<?xml version="1.0"?>',
  '<?xml version="1.0" encoding="utf-8"?>\n',
  "<!-- x -->",
);
const xml = fc.tuple(head, tag, blank).map((parts) => parts.join(""));

/** A piece cut out, doubled or exchanged. */
const mutated = fc.tuple(
  xml,
  fc.nat(),
  fc.nat(12),
  fc.constantFrom("", "<", ">", "/", "&", "]]>", "</", "\u0001", "\uffff", "<a>", '"', "x"),
).map(([text, at, length, instead]) => {
  const start = at % (text.length + 1);
  return text.slice(0, start) + instead + text.slice(start + length);
});

Deno.test("the plain reader and saxes agree on every document, well-formed or damaged", () => {
  let plain = 0;
  const check = (text: string) => {
    const bytes = encoder.encode(text);
    // An unpaired surrogate does not survive UTF-8.
    const decoded = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    assert.deepEqual(outcome(() => readXml(bytes, () => {})), outcome(() => readAnyXml(decoded)));
    if (readPlainXml(text, Uint8Array.from(text, (char) => Math.min(char.charCodeAt(0), OTHER)))) plain++;
  };
  fc.assert(fc.property(xml, check), { numRuns: 500 });
  fc.assert(fc.property(mutated, check), { numRuns: 1000 });
  assert.ok(plain > 100, `only ${plain} documents were plain`);
});

Deno.test("any bytes give a document or an XmlError", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    outcome(() => readXml(bytes, () => {}));
  }));
});

Deno.test("a document of VOC's form is plain", () => {
  const text =
    '<?xml version="1.0" encoding="utf-8"?>\n<annotation verified="yes">\n\t<size><width>5</width></size>\n' +
    "\t<object><name>a b</name><pose/></object>\n</annotation>\n";
  assert.equal(readPlainXml(text, encoder.encode(text))?.children?.length, 2);
});

Deno.test("a DOCTYPE is refused before an entity is expanded", () => {
  const text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><a>&b;</a>';
  assert.deepEqual(outcome(() => readXml(encoder.encode(text), () => {})), {
    refused: "xml-doctype",
    line: 1,
  });
});

Deno.test("what is malformed is told with its line", () => {
  for (const text of ["<a>\n<b></a>", "<a>\n&x;</a>", "<a>\na & b</a>", "<a>\n\u0001</a>", "<a>\n"]) {
    assert.deepEqual(outcome(() => readXml(encoder.encode(text), () => {})), {
      refused: "xml-malformed",
      line: 2,
    }, text);
  }
});

const ENCODINGS: readonly (readonly [string, Uint8Array, string, Issue["severity"] | undefined])[] = [
  ["UTF-8", encoder.encode("<a>café</a>"), "café", undefined],
  ["UTF-8 with byte order mark", encoder.encode("\ufeff<a>café</a>"), "café", "note"],
  ["Windows-1252", Uint8Array.from("<a>caf\xe9</a>", (c) => c.charCodeAt(0)), "café", "warning"],
  [
    "a declared encoding",
    Uint8Array.from('<?xml version="1.0" encoding="gbk"?><a>\xb9\xb7</a>', (c) => c.charCodeAt(0)),
    "狗",
    undefined,
  ],
  [
    "UTF-8, though another is declared",
    encoder.encode('<?xml version="1.0" encoding="what"?><a>café</a>'),
    "café",
    undefined,
  ],
  [
    "an unknown encoding",
    Uint8Array.from('<?xml version="1.0" encoding="what"?><a>caf\xe9</a>', (c) => c.charCodeAt(0)),
    "café",
    "warning",
  ],
];
for (const [title, bytes, text, severity] of ENCODINGS) {
  Deno.test(`text in ${title} is read`, () => {
    const issues: Omit<Issue, "path">[] = [];
    const document = readXml(bytes, (issue) => issues.push(issue));
    assert.equal(textOf(document, document.root), text);
    assert.deepEqual(issues.map((issue) => issue.severity), severity ? [severity] : []);
  });
}

for (const littleEndian of [true, false]) {
  Deno.test(`text in UTF-16 ${littleEndian ? "little" : "big"} endian is read by its byte order mark`, () => {
    const text = "\ufeff<a>犬</a>";
    const view = new DataView(new ArrayBuffer(text.length * 2));
    [...text].forEach((char, i) => view.setUint16(i * 2, char.charCodeAt(0), littleEndian));
    const issues: Omit<Issue, "path">[] = [];
    const document = readXml(new Uint8Array(view.buffer), (issue) => issues.push(issue));
    assert.equal(textOf(document, document.root), "犬");
    assert.deepEqual(issues.map((issue) => [issue.code, issue.severity]), [["label-encoding", "warning"]]);
  });
}
