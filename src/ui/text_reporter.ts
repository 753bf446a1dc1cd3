import type { OutputStream } from "../io/terminal.ts";
import { type Issue, placeOf } from "../model/issue.ts";
import type { Colour } from "./colour.ts";
import { describe } from "./describe.ts";
import { printable } from "../text/format.ts";
import { fit, follow, type PhaseProgress, type Progress, progressLine } from "./progress.ts";
import type { Reporter } from "./reporter.ts";

/** Issues of one code that are shown as they come up; the summary counts them all. */
const SHOWN = 3;
/** Seconds between two drawings of the line on a terminal. */
const REDRAW = 0.1;
/** Seconds between two lines where nobody watches. */
const LINE_EVERY = 5;
const ERASE_LINE = "\r\x1b[2K";

export interface TextReporterOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly colour: Colour;
  /** Width of the terminal, characters. */
  columns(): number;
  /** Only errors, and outcomes that are urgent, are told. */
  readonly quiet: boolean;
}

/** Tells a person: one line of progress that is drawn over, issues above it, the outcome at the end. */
export function textReporter({ stdout, stderr, colour, columns, quiet }: TextReporterOptions): Reporter {
  const told = new Map<string, number>();
  let state: PhaseProgress | undefined;
  let drawnAt = -Infinity;
  let lineAt = 0;
  let drawn = false;

  const draw = (line: string) => {
    stderr.write(ERASE_LINE + fit(line, columns()));
    drawn = true;
  };
  const erase = () => {
    if (drawn) stderr.write(ERASE_LINE);
    drawn = false;
  };
  /** Puts a line above the line of progress. */
  const above = (line: string) => {
    if (quiet) return;
    erase();
    stderr.write(`${line}\n`);
  };

  return {
    progress(now: Progress) {
      if (quiet) return;
      const entered = state?.phase !== now.phase;
      state = follow(state, now);
      if (stderr.isTerminal) {
        if (!entered && drawn && now.seconds - drawnAt < REDRAW) return;
        drawnAt = now.seconds;
        draw(progressLine(state));
      } else if (now.seconds - lineAt >= LINE_EVERY) {
        lineAt = now.seconds;
        stderr.write(`${progressLine(state)}\n`);
      }
    },
    issue(issue) {
      const before = told.get(issue.code) ?? 0;
      told.set(issue.code, before + 1);
      if (before < SHOWN) above(issueLine(issue, colour));
    },
    remark: above,
    result({ lines, urgent }) {
      erase();
      if (!quiet || urgent) stdout.write(lines.map((line) => `${line}\n`).join(""));
    },
    error(error) {
      erase();
      const { message, suggestion, stack } = describe(error);
      stderr.write(`${colour.red("error:")} ${printable(message)}\n`);
      if (suggestion) stderr.write(`${printable(suggestion)}\n`);
      if (stack) stderr.write(`${stack}\n`);
    },
  };
}

/** `warning: labels/a.txt:3: The class 7 is beyond …` */
function issueLine({ severity, message, ...issue }: Issue, colour: Colour): string {
  const word = severity === "note"
    ? colour.dim("note:")
    : colour.yellow(severity === "reject" ? "left out:" : "warning:");
  const place = placeOf(issue);
  return `${word} ${place === "" ? "" : `${printable(place)}: `}${printable(message)}`;
}
