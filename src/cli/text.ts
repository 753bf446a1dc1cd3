import { ArgumentScannerError, formatMessageForArgumentScannerError, text_en } from "@stricli/core";
import { withoutQuery } from "../store/location.ts";
import { describe, type Description } from "../ui/describe.ts";
import { errorText } from "./error_text.ts";

/**
 * Sentences about arguments: what is wrong, and what to write.
 *
 * @param json True to write them as the `error` events of `--json`.
 */
export function errorTexts(json: boolean): typeof text_en {
  const written = (error: Description) => errorText(error, json);
  return {
    ...text_en,
    noCommandRegisteredForInput({ input, corrections }) {
      const close = corrections.map((name) => name.replaceAll("`", ""));
      const suggestion = corrections.length > 0
        ? `Did you mean ${close.join(" or ")}?`
        : "See --help for the commands.";
      return written({ message: `There is no command "${input}".`, suggestion });
    },
    exceptionWhileParsingArguments: (error) =>
      written(error instanceof ArgumentScannerError ? argumentError(error) : describe(error)),
    exceptionWhileRunningCommand: (error) => written(describe(error)),
  };
}

function argumentError(error: ArgumentScannerError): Description {
  const [message, ...suggestion] = argumentSentences(error).split("\n");
  return { message, suggestion: suggestion.join("\n") };
}

function argumentSentences(error: ArgumentScannerError): string {
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) =>
      `There is no option --${input}.\n${
        corrections.length > 0
          ? `Did you mean ${[...new Set(corrections.map(option))].join(" or ")}?`
          : "See --help for the options."
      }`,
    AliasNotFoundError: ({ input }) => `There is no option -${input}.\nSee --help for the options.`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, input, exception }) =>
      `"${shown(input)}" is no value for ${optionOrArgument(name)}.\n${
        exception instanceof Error ? exception.message : exception
      }`,
    EnumValidationError: ({ externalFlagName, input, values }) =>
      `"${input}" is no value for --${externalFlagName}.\nGive one of: ${values.join(", ")}.`,
    UnsatisfiedFlagError: ({ externalFlagName }) =>
      `The option --${externalFlagName} needs a value.\nWrite --${externalFlagName}=VALUE, or the value behind a space.`,
    UnexpectedFlagError: ({ externalFlagName, previousInput, input }) =>
      `The option --${externalFlagName} is given twice: "${previousInput}" and "${input}".\nGive it once.`,
    UnexpectedPositionalError: ({ expectedCount, input }) =>
      `The argument "${input}" is one too many: at most ${expectedCount} expected.\n` +
      "Put names with spaces in quotes; see --help for the arguments.",
    UnsatisfiedPositionalError: ({ placeholder }) =>
      `The argument ${placeholder} is missing.\nSee --help for an example.`,
  });
}

/** A URL may hold a signature. */
function shown(input: string): string {
  return input.includes("://") ? withoutQuery(input) : input;
}

/** An option as the help writes it. */
function option(flag: string): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Arguments have names in capitals. */
function optionOrArgument(name: string): string {
  return name === name.toUpperCase() ? name : `--${name}`;
}
