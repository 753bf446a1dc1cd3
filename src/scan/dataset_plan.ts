import type { Candidate, LabelPlan, LabelRef, Orphan } from "../formats/format.ts";
import type { PlannedClass } from "../model/planned_class.ts";
import { labelsArePictures, loadReader } from "../formats/table.ts";
import { type Issue, PackError } from "../model/issue.ts";
import { detect } from "./detect.ts";
import { sideBySide } from "./side_by_side.ts";
import { View } from "./view.ts";

/** How the labels of a dataset are to be read: by one format, or by several that lie beside one another. */
export interface DatasetPlan {
  readonly parts: readonly LabelPlan[];
  /** Classes of all parts, joined by name, in the order they are met. */
  readonly classes: readonly PlannedClass[];
  readonly licenses: readonly unknown[];
  /** Labels of an image; undefined for none. Called once for each image, in bundle order. */
  labelFor(imagePath: string): PartLabel | undefined;
  splitOf(imagePath: string): string | undefined;
  /** After all images were asked for: labels no image asked for. */
  unused(): Iterable<PartOrphan>;
  isLabel(path: string): boolean;
  /** True if this file belongs to the labels and is no frame; absent if no format has such files. */
  claims?(path: string): boolean;
}

/** Labels, and the part they belong to. */
export interface PartLabel {
  readonly part: number;
  readonly label: LabelRef;
}

export interface PartOrphan extends Orphan {
  readonly part: number;
}

/** A candidate, and whether it is read. */
export interface Finding extends Candidate {
  readonly chosen: boolean;
}

/**
 * Finds out what formats a dataset is in, and how its labels are read.
 *
 * @param format Name of a format, `auto` for all, or `none` to look for no labels.
 * @throws {PackError} On a tie, or if there is no format of that name.
 */
export async function understandLabels(view: View, format: string): Promise<Understood> {
  const neighbours = format === "auto" ? await sideBySide(view) : undefined;
  if (!neighbours) return await planDataset(view, await detect(view, format));
  const parts: LabelPlan[] = [];
  const findings: Finding[] = [];
  for (const { root, view: own, candidates } of neighbours) {
    const understood = await planDataset(own, candidates);
    findings.push(...understood.findings);
    for (const part of understood.plan?.parts ?? []) parts.push(within(part, root));
  }
  return { plan: joined(view, parts), findings };
}

/** A plan, if there are labels, and everything that was seen. */
export interface Understood {
  readonly plan?: DatasetPlan;
  readonly findings: Finding[];
}

/**
 * Decides which candidates are read, and plans them. Formats whose labels belong to different images are read together; of
 * two that speak of the same images, the one that is surer is read. Two that are equally sure are a tie, and no guess is made.
 *
 * @param candidates Most likely first.
 * @throws {PackError} On a tie.
 */
async function planDataset(view: View, candidates: readonly Candidate[]): Promise<Understood> {
  // What only might be labels is read if nothing surer is there.
  const sure = candidates.filter(({ confidence }) => confidence > 1);
  const worthy = sure.length > 0 ? sure : candidates;
  const chosen = worthy.length > 1 ? await choose(view, worthy) : worthy;
  const findings = candidates.map((candidate) => ({ ...candidate, chosen: chosen.includes(candidate) }));
  if (chosen.length === 0) return { findings };
  const parts: LabelPlan[] = [];
  for (const candidate of chosen) parts.push(await planOne(view, candidate, candidates));
  const pictures = candidates.filter((each) => !chosen.includes(each) && labelsArePictures(each.format));
  const silent = view.silent();
  // Others than the parts: those note which labels they were asked for.
  const read: LabelPlan[] = [];
  if (pictures.length > 0) { for (const each of chosen) read.push(await planOne(silent, each, candidates)); }
  for (const candidate of pictures) {
    const isPicture = picturesOf(silent, await planOne(silent, candidate, candidates), read);
    if (!isPicture) continue;
    if (!worthy.includes(candidate)) view.issue(formatNotRead(candidate, chosen[0]));
    const { claims } = parts[0];
    parts[0] = { ...parts[0], claims: (path) => isPicture(path) || claims?.(path) === true };
  }
  return { plan: parts.length === 1 ? single(parts[0]) : joined(view, parts), findings };
}

/**
 * Pictures that are labels of a format which is not read: masks beside boxes are no frames all the same.
 *
 * @param read Plans of the formats that are read.
 * @returns Undefined if there are none but those of the formats that are read, or one of them has labels there: then it is an
 * image after all.
 */
function picturesOf(view: View, { claims }: LabelPlan, read: readonly LabelPlan[]): LabelPlan["claims"] {
  if (!claims) return undefined;
  let found = false;
  for (const path of view.imagePaths()) {
    if (!claims(path) || read.some((plan) => plan.claims?.(path))) continue;
    if (read.some((plan) => plan.labelFor(path))) return undefined;
    found = true;
  }
  return found ? claims : undefined;
}

function formatNotRead(candidate: Candidate, read: Candidate): Issue {
  return {
    code: "format-not-read",
    severity: "warning",
    path: candidate.root,
    message: `There are labels in the format ${candidate.format}, too (${candidate.reason}); ` +
      `those in the format ${read.format} were read, for they belong to the same images.`,
    suggestion: `Pass --format ${candidate.format} to read the others instead.`,
  };
}

async function planOne(view: View, candidate: Candidate, beside: readonly Candidate[]): Promise<LabelPlan> {
  const format = await loadReader(candidate.format);
  const several = beside.filter((other) => other.format === candidate.format).length > 1;
  if (!several) return await format.plan(view, candidate);
  return within(await format.plan(view.below(candidate.root), candidate), candidate.root);
}

/** A plan that answers for the images below a folder only: a name that is unique there may stand elsewhere, too. */
function within(plan: LabelPlan, root: string): LabelPlan {
  if (root === "") return plan;
  const isBelow = (path: string) => path.startsWith(root + "/");
  return {
    ...plan,
    labelFor: (path) => isBelow(path) ? plan.labelFor(path) : undefined,
    splitOf: (path) => isBelow(path) ? plan.splitOf(path) : undefined,
    isLabel: (path) => isBelow(path) && (plan.isLabel?.(path) ?? false),
    claims: plan.claims && ((path) => isBelow(path) && plan.claims!(path)),
  };
}

/** Takes one candidate after the other, the surest first, as long as its images are not those of one taken before. */
async function choose(view: View, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const silent = view.silent();
  const taken: { candidate: Candidate; images: Set<number> }[] = [];
  const chosen: Candidate[] = [];
  for (const candidate of candidates) {
    const images = imagesOf(silent, await planOne(silent, candidate, candidates));
    const rival = taken.find((other) => overlaps(other.images, images));
    if (rival === undefined) {
      // One without a label for any image tells nothing; the first is kept so that its problems are told.
      if (images.size > 0 || candidate === candidates[0]) {
        taken.push({ candidate, images });
        chosen.push(candidate);
      }
      continue;
    }
    if (rival.candidate.format === candidate.format) continue;
    if (rival.candidate.confidence === candidate.confidence) throw tie(rival.candidate, candidate);
    view.issue(formatNotRead(candidate, rival.candidate));
  }
  const empty = chosen.length > 1 && taken[0].images.size === 0;
  return empty ? chosen.slice(1) : chosen;
}

/** Numbers of the images a plan has labels for. */
function imagesOf(view: View, plan: LabelPlan): Set<number> {
  const images = new Set<number>();
  let number = 0;
  for (const path of view.imagePaths()) {
    if (!plan.claims?.(path) && plan.labelFor(path)) images.add(number);
    number++;
  }
  // Without images, the labels themselves say whom they belong to.
  if (number === 0) {
    let k = 0;
    for (const _ of plan.unused()) images.add(k++);
  }
  return images;
}

function overlaps(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const each of a) if (b.has(each)) return true;
  return false;
}

function tie(a: Candidate, b: Candidate): PackError {
  const seen = [a, b].map((each) => `${each.format} in "${each.root || "."}" (${each.reason})`).join("; ");
  return new PackError(
    `The labels could be of more than one format: ${seen}.`,
    `Say which one with --format ${a.format} or --format ${b.format}.`,
    2,
  );
}

function single(plan: LabelPlan): DatasetPlan {
  return {
    parts: [plan],
    classes: plan.classes,
    licenses: plan.licenses ?? [],
    labelFor(path) {
      const label = plan.labelFor(path);
      return label && { part: 0, label };
    },
    splitOf: (path) => plan.splitOf(path),
    *unused() {
      for (const orphan of plan.unused()) yield { ...orphan, part: 0 };
    },
    isLabel: (path) => plan.isLabel?.(path) ?? false,
    claims: plan.claims?.bind(plan),
  };
}

function joined(view: View, parts: readonly LabelPlan[]): DatasetPlan {
  const claiming = parts.filter((part) => part.claims);
  /** Part that had labels for the image asked for last. */
  let last: { path: string; part: number } | undefined;
  return {
    parts,
    classes: joinClasses(view, parts),
    licenses: parts.flatMap((part) => part.licenses ?? []),
    labelFor(path) {
      for (let part = 0; part < parts.length; part++) {
        const label = parts[part].labelFor(path);
        if (!label) continue;
        last = { path, part };
        return { part, label };
      }
      return undefined;
    },
    splitOf(path) {
      const own = last?.path === path ? parts[last.part].splitOf(path) : undefined;
      return own ?? parts.map((part) => part.splitOf(path)).find((split) => split !== undefined);
    },
    *unused() {
      for (let part = 0; part < parts.length; part++) {
        for (const orphan of parts[part].unused()) yield { ...orphan, part };
      }
    },
    isLabel: (path) => parts.some((part) => part.isLabel?.(path)),
    claims: claiming.length > 0 ? (path) => claiming.some((part) => part.claims!(path)) : undefined,
  };
}

/** Classes of all parts by name; says so if two parts do not have the same ones, or describe one differently. */
function joinClasses(view: View, parts: readonly LabelPlan[]): PlannedClass[] {
  const byName = new Map<string, { planned: PlannedClass; from: LabelPlan }>();
  for (const from of parts) {
    for (const planned of from.classes) {
      const known = byName.get(planned.name);
      if (!known) byName.set(planned.name, { planned, from });
      else if (known.from !== from && differs(known.planned, planned)) {
        view.issue({
          code: "class-conflict",
          severity: "warning",
          path: from.root,
          message: `The class "${planned.name}" is described in ${known.from.format} labels in "${
            known.from.root || "."
          }" and, differently, in ${from.format} labels in "${from.root || "."}"; the first is kept.`,
          suggestion: "Rename one with --class-map if they are not the same class.",
        });
      }
    }
  }
  const lists = parts.map((part) => part.classes.map(({ name }) => name).sort().join("\n"));
  if (lists.some((list) => list !== lists[0])) {
    view.issue({
      code: "class-lists-joined",
      severity: "note",
      path: "",
      message: `Labels of ${parts.length} places were put together: ${
        parts.map((part) => `${part.format} in "${part.root || "."}" with ${part.classes.length} classes`)
          .join(", ")
      }. Classes of the same name became one: ${byName.size} in all.`,
    });
  }
  return [...byName.values()].map(({ planned }) => planned);
}

function differs(a: PlannedClass, b: PlannedClass): boolean {
  return a.supercategory !== undefined && b.supercategory !== undefined &&
      a.supercategory !== b.supercategory ||
    a.extra !== undefined && b.extra !== undefined && JSON.stringify(a.extra) !== JSON.stringify(b.extra);
}
