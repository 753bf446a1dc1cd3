import { xmlText } from "../xml/xml_text.ts";

/** Tags that hold the labels of each type of region. */
const TAGS: Readonly<Record<string, string>> = {
  rectanglelabels: "RectangleLabels",
  polygonlabels: "PolygonLabels",
  brushlabels: "BrushLabels",
  keypointlabels: "KeyPointLabels",
};
/** More options than these make no list to choose from. */
const MOST_OPTIONS = 200;

/** A question about regions or images. */
interface Question {
  readonly type: string;
  readonly ofRegion: boolean;
  readonly options: Set<string>;
}

/** Gathers the labelling configuration of a project: what the tasks use. */
export class LabelingConfig {
  readonly #types = new Set<string>();
  readonly #points = new Set<string>();
  readonly #questions = new Map<string, Question>();

  /** @param names Names of the classes. */
  constructor(readonly names: readonly string[]) {}

  /** A type of region occurs. */
  use(type: string): void {
    this.#types.add(type);
  }

  /** A keypoint occurs. */
  usePoint(name: string): void {
    this.#points.add(name);
  }

  /** An answer occurs. */
  ask(name: string, type: string, ofRegion: boolean, value: unknown): void {
    let question = this.#questions.get(name);
    if (!question) this.#questions.set(name, question = { type, ofRegion, options: new Set() });
    if (Array.isArray(value) && question.options.size < MOST_OPTIONS) {
      for (const option of value) question.options.add(String(option));
    }
  }

  xml(): string {
    const types = this.#types.size > 0 ? [...this.#types] : ["rectanglelabels"];
    return [
      "<View>\n",
      '  <Image name="image" value="$image"/>\n',
      ...types.map((type) => labels(type, this.names)),
      ...this.#points.size > 0 ? [labels("keypointlabels", [...this.#points])] : [],
      ...[...this.#questions].map(([name, question]) => questionXml(name, question)),
      "</View>\n",
    ].join("");
  }
}

function labels(type: string, names: readonly string[]): string {
  const list = names.map((name) => `    <Label value="${xmlText(name)}"/>\n`).join("");
  return `  <${TAGS[type]} name="${type}" toName="image">\n${list}  </${TAGS[type]}>\n`;
}

function questionXml(name: string, { type, ofRegion, options }: Question): string {
  const head = `name="${xmlText(name)}" toName="image"${ofRegion ? ' perRegion="true"' : ""}`;
  if (type === "textarea") return `  <TextArea ${head}/>\n`;
  if (type === "number") return `  <Number ${head}/>\n`;
  const list = [...options].map((option) => `    <Choice value="${xmlText(option)}"/>\n`).join("");
  return `  <Choices ${head} choice="multiple">\n${list}  </Choices>\n`;
}
