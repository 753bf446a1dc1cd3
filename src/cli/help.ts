import type { Command, StricliIntegration } from "@stricli/core";
import { colourWanted, stdout } from "../io/terminal.ts";
import { type Colour, colour } from "../ui/colour.ts";
import type { Context } from "./context.ts";

/** Characters in a line of help. */
const WIDTH = 100;

/** An example in a command's help: the arguments, and what they do. */
export type Example = readonly [args: string, does: string];

/** Exit codes of the commands that pack. */
export const packingExitCodes: readonly string[] = [
  "0    everything was packed",
  "1    failed; nothing was published",
  "2    the command line is wrong, or something is there already",
  "3    published, but some inputs were left out: rejects.jsonl lists them",
  "130  interrupted; nothing was published",
];

/** Long description of a command: what it does, examples, exit codes. */
export function description(
  does: string,
  command: string,
  examples: readonly Example[],
  codes: readonly string[],
): string {
  const example = examples.flatMap(([args, what]) => [
    `  compact-uploader ${command} ${args}`,
    `      ${what}`,
  ]);
  return [
    ...wrap(does, WIDTH),
    "",
    "EXAMPLES",
    ...example,
    "",
    "EXIT CODES",
    ...codes.map((code) => `  ${code}`),
  ]
    .join("\n");
}

/** `--help` and `-h` of the program and of each command. */
export const helpFlag: StricliIntegration<Context> = {
  flag: {
    brief: "Show this help",
    aliases: ["h"],
    global: true,
    defaultForRouteMap: true,
    run(_, { result: { target, prefix } }) {
      const paint = colour(colourWanted && stdout.isTerminal);
      const name = prefix.join(" ");
      this.process.stdout.write(
        "parameters" in target ? commandHelp(name, target, paint) : programHelp(
          name,
          target.fullDescription ?? target.brief,
          target.getAllEntries().map(({ name, target }) => [name.original, target.brief]),
          paint,
        ),
      );
    },
  },
};

/** Help of the program: what it does, and its commands with what each is for. */
export function programHelp(
  name: string,
  does: string,
  commands: readonly (readonly [name: string, brief: string])[],
  { bold }: Colour,
): string {
  return lines(
    [bold("USAGE"), `  ${name} COMMAND [options]`, ""],
    [does, ""],
    [bold("COMMANDS"), ...twoColumns(commands), ""],
    [
      bold("OPTIONS"),
      ...twoColumns([["-h, --help", "Show this help"], ["-v, --version", "Show the version"]]),
    ],
  );
}

/** Help of a command: what it does, its arguments and options. */
export function commandHelp(name: string, command: Command<Context>, { bold }: Colour): string {
  const { flags = {}, positional } = command.parameters;
  const args = positional?.kind === "tuple"
    ? positional.parameters
    : positional
    ? [positional.parameter]
    : [];
  const usage = args.map(({ placeholder, optional }) => optional ? `[${placeholder}]` : placeholder);
  const options = Object.entries(flags).map(([flag, parameter]) => {
    const value = parameter.kind === "enum"
      ? ` ${parameter.values.join("|")}`
      : parameter.kind === "parsed"
      ? ` ${parameter.placeholder}`
      : "";
    return [`--${kebab(flag)}${value}`, parameter.brief] as const;
  });
  return lines(
    [bold("USAGE"), `  ${[name, ...usage, "[options]"].join(" ")}`, ""],
    [command.fullDescription ?? command.brief, ""],
    [bold("ARGUMENTS"), ...twoColumns(args.map(({ placeholder, brief }) => [placeholder!, brief])), ""],
    [bold("OPTIONS"), ...twoColumns([...options, ["-h, --help", "Show this help"]])],
  );
}

function lines(...sections: readonly (readonly string[])[]): string {
  return sections.flat().map((line) => `${line}\n`).join("");
}

/** Terms on the left, what they mean on the right, wrapped. */
function twoColumns(rows: readonly (readonly [term: string, meaning: string])[]): string[] {
  const left = Math.max(...rows.map(([term]) => term.length));
  return rows.flatMap(([term, meaning]) =>
    wrap(meaning, WIDTH - left - 4).map((text, i) => `  ${(i === 0 ? term : "").padEnd(left)}  ${text}`)
  );
}

function wrap(text: string, width: number): string[] {
  const wrapped: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      wrapped.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...wrapped, line];
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
