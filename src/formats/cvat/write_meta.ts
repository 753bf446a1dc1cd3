import type { CocoCategory } from "../../model/dataset.ts";
import { KeypointNames } from "../writing/keypoint_names.ts";
import { xmlText } from "../xml/xml_text.ts";

/** How the value of an attribute is put in: CVAT's `input_type`. */
type Input = "number" | "checkbox" | "text";

/** The labels of a CVAT file; what they have is found out while the images are written. */
export class WrittenLabels {
  readonly points: KeypointNames;
  readonly #attributes = new Map<number, Map<string, Input>>();

  /** @param names Names of the classes as the file has them. */
  constructor(readonly categories: readonly CocoCategory[], readonly names: readonly string[]) {
    this.points = new KeypointNames(categories);
  }

  /** Takes note of an attribute of a class. One whose values are of several kinds is a text. */
  addAttribute(category: number, name: string, value: unknown): void {
    let attributes = this.#attributes.get(category);
    if (!attributes) this.#attributes.set(category, attributes = new Map());
    const input = typeof value === "number" ? "number" : typeof value === "boolean" ? "checkbox" : "text";
    const before = attributes.get(name);
    attributes.set(name, before === undefined || before === input ? input : "text");
  }

  /** The elements in `labels`. */
  xml(): string {
    return this.categories.map((category) => this.#label(category)).join("");
  }

  #label(category: CocoCategory): string {
    const { id, color } = category;
    const points = this.points.of(id);
    const name = this.names[id - 1];
    const attributes = [...this.#attributes.get(id) ?? []];
    const lines = [
      element("name", name),
      ...typeof color === "string" ? [element("color", color)] : [],
      element("type", points ? "skeleton" : "any"),
      `<attributes>${attributes.map(([name, input]) => attributeXml(name, input)).join("")}</attributes>`,
      ...points ? [element("svg", drawing(category, points))] : [],
    ];
    return labelXml(lines) + (points ?? []).map((point) =>
      labelXml([
        element("name", point),
        element("type", "points"),
        "<attributes></attributes>",
        element("parent", name),
      ])
    ).join("");
  }
}

function labelXml(lines: readonly string[]): string {
  return `        <label>\n${lines.map((line) => `          ${line}\n`).join("")}        </label>\n`;
}

function attributeXml(name: string, input: Input): string {
  const inner = [
    element("name", name),
    element("mutable", "False"),
    element("input_type", input),
    element("default_value", ""),
    element("values", ""),
  ];
  return `<attribute>${inner.join("")}</attribute>`;
}

function element(name: string, text: string): string {
  return `<${name}>${xmlText(text)}</${name}>`;
}

/** The drawing of a skeleton, which CVAT keeps as text: its points on a circle, joined as COCO's `skeleton` says. */
function drawing({ skeleton }: CocoCategory, points: readonly string[]): string {
  const places = points.map((_, i) => {
    const angle = 2 * Math.PI * i / points.length;
    return [50 + 40 * Math.sin(angle), 50 - 40 * Math.cos(angle)].map((value) => value.toFixed(2));
  });
  const edges = (Array.isArray(skeleton) ? skeleton : []).filter((edge) =>
    Array.isArray(edge) && edge.length === 2 && edge.every((node) => places[node - 1] !== undefined)
  );
  const lines = edges.map(([from, to]) => {
    const [[x1, y1], [x2, y2]] = [places[from - 1], places[to - 1]];
    return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" data-type="edge" data-node-from="${from}" ` +
      `data-node-to="${to}"></line>`;
  });
  const circles = points.map((name, i) =>
    `<circle r="0.75" cx="${places[i][0]}" cy="${places[i][1]}" data-type="element node" ` +
    `data-element-id="${i + 1}" data-node-id="${i + 1}" data-label-name="${xmlText(name)}"></circle>`
  );
  return [...lines, ...circles].join("");
}
