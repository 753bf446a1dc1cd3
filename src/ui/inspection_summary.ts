import type { FormatFinding, Inspection, ProblemKind } from "../inspect/inspection.ts";
import { catalogue } from "../model/catalogue.ts";
import { placeOf } from "../model/issue.ts";
import { bytes, count, duration, plural, printable, shellQuote } from "../text/format.ts";
import type { VideoSummary } from "../tree/tree.ts";
import { columnsOf, type Row, table } from "./table.ts";
import { proofLine, settingsLine } from "./video_lines.ts";

/** Classes listed; the rest are counted. */
const CLASSES = 20;
/** Sizes listed. */
const SIZES = 5;
/** Videos listed. */
const VIDEOS = 10;
/** Examples of each kind of problem. */
const EXAMPLES = 2;

/**
 * What is in a folder.
 *
 * @param next Command to try next, if there is one.
 */
export function inspectionSummary(found: Inspection, next?: string): string[] {
  const what = found.kind === "set" ? "a packed set" : "a dataset";
  return [
    `${shellQuote(found.path)} is ${what}, inspected in ${duration(found.seconds)}`,
    ...contents(found, true),
    ...fileLines(found, found.kind === "set" ? "Files" : "run would write"),
    ...(next ? ["", `Next: ${next}`] : []),
  ];
}

/**
 * What a run would do.
 *
 * @param command Name of the command.
 * @param output Folder it would write to.
 */
export function predictionSummary(found: Inspection, command: string, output: string): string[] {
  return [
    `Dry run: nothing was written. ${command} would pack ${plural(found.images, "image")} into ${
      shellQuote(output)
    }`,
    ...contents(found, command !== "bundle"),
    ...fileLines(found, "It would write"),
  ];
}

/** @param withLabels False if the labels were not looked at. */
function contents(found: Inspection, withLabels: boolean): string[] {
  return [
    "",
    ...table([
      ...found.formats.map((format, i): Row => [i === 0 ? "labels" : "", formatLine(format)]),
      ["layout", found.layout],
      ["images", images(found, withLabels)],
      ["annotations", withLabels ? count(found.annotations) : undefined],
      ...found.videos.slice(0, VIDEOS).map((video, i): Row => [i === 0 ? "videos" : "", videoLine(video)]),
      ["", found.videos.length > VIDEOS ? `${count(found.videos.length - VIDEOS)} more` : undefined],
      ["generations", generations(found)],
      ["video", found.compression && settingsLine(found.compression)],
      ["proof", found.compression && proofLine(found.compression)],
      [found.compression ? "packed from" : "codecs", pairs(found.codecs)],
      ["sizes", sizes(found)],
    ]),
    ...splitLines(found, withLabels),
    ...classLines(found),
    ...problemLines(found.problems),
  ];
}

function formatLine({ format, root, files, reason, chosen }: FormatFinding): string {
  const place = root === "" ? "" : ` in ${printable(root)}`;
  const number = files > 0 ? `, ${plural(files, "file")}` : "";
  return `${chosen ? "" : "(not read) "}${format}${place}${number}: ${printable(reason)}`;
}

function images(found: Inspection, withLabels: boolean): string {
  const { images, background, placeholders, bytes: size, videos } = found;
  const remarks = [
    // Frames of videos have no size yet.
    ...(size > 0 || videos.length === 0 ? [bytes(size)] : []),
    ...(withLabels && background > 0 ? [`${count(background)} without annotations`] : []),
    ...(placeholders > 0 ? [plural(placeholders, "grey placeholder")] : []),
  ];
  return count(images) + (remarks.length > 0 ? ` (${remarks.join(", ")})` : "");
}

/** `a/clip.mp4: h264, 1920×1080, 250 frames at 25 a second; 25 become images (png)`. */
function videoLine({ path, codec, width, height, frames, fps, variable, taken, as }: VideoSummary): string {
  const rate = variable ? `${fps} a second on average, not evenly` : `${fps} a second`;
  return `${printable(path)}: ${codec}, ${width}×${height}, ${plural(frames, "frame")} at ${rate}; ` +
    `${count(taken)} ${taken === 1 ? "becomes an image" : "become images"} (${as})`;
}

function generations({ generations }: Inspection): string | undefined {
  if (!generations) return undefined;
  const { count: number, at, dead } = generations;
  return `${count(number)}, this is ${at}; ${bytes(dead)} of the bundle belong to nothing that is there now`;
}

function pairs(counts: Readonly<Record<string, number>>): string | undefined {
  return Object.entries(counts).map(([name, times]) => `${name} ${count(times)}`).join(", ") || undefined;
}

function sizes({ sizes, differentSizes }: Inspection): string | undefined {
  if (sizes.length === 0) return undefined;
  const shown = sizes.slice(0, SIZES).map(({ width, height, images }) =>
    `${width}×${height} ${count(images)}`
  );
  const more = differentSizes - shown.length;
  return [...shown, ...(more > 0 ? [`${count(more)} more`] : [])].join(", ");
}

function splitLines({ splits }: Inspection, withLabels: boolean): string[] {
  const names = Object.keys(splits).sort();
  if (names.every((name) => name === "")) return [];
  const rows = names.map((name) => [
    name === "" ? "(none)" : printable(name),
    count(splits[name].images),
    ...(withLabels ? [count(splits[name].annotations)] : []),
  ]);
  return ["", "Splits", ...columnsOf(["", "images", ...(withLabels ? ["annotations"] : [])], rows)];
}

function classLines({ classes }: Inspection): string[] {
  if (classes.length === 0) return [];
  const rows = classes.slice(0, CLASSES).map((
    { name, annotations },
  ) => [printable(name), count(annotations)]);
  const more = classes.length - rows.length;
  return [
    "",
    `Classes (${count(classes.length)})`,
    ...columnsOf(["", "annotations"], rows),
    ...(more > 0 ? [`    and ${count(more)} more`] : []),
  ];
}

function problemLines(problems: readonly ProblemKind[]): string[] {
  if (problems.length === 0) return [];
  const width = Math.max(...problems.map((problem) => count(problem.count).length));
  const lines = ["", "Noticed"];
  for (const { code, severity, count: times, examples } of problems) {
    const entry = catalogue[code];
    const effect = severity === "reject" ? "left out" : severity;
    lines.push(`  ${count(times).padStart(width)}  ${effect}: ${entry?.title ?? code} [${code}]`);
    for (const { message, ...issue } of examples.slice(0, EXAMPLES)) {
      const place = placeOf(issue);
      const told = place === "" ? message : `${place}: ${message}`;
      lines.push(`${" ".repeat(width + 4)}${printable(told)}`);
    }
    if (entry) lines.push(`${" ".repeat(width + 4)}→ ${entry.remedy}`);
  }
  return lines;
}

function fileLines({ files }: Inspection, heading: string): string[] {
  if (files.length === 0) return [];
  const sizes = files.map(({ size }) => size === undefined ? "" : bytes(size));
  const width = Math.max(...sizes.map((size) => size.length));
  return ["", heading, ...files.map(({ file }, i) => `    ${sizes[i].padStart(width)}  ${printable(file)}`)];
}
