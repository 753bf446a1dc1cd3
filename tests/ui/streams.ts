import type { OutputStream } from "../../src/io/terminal.ts";

/** A stream that keeps what was written. */
export interface Recorded extends OutputStream {
  text: string;
}

export function recorded(isTerminal = false): Recorded {
  return {
    isTerminal,
    text: "",
    write(text) {
      this.text += text;
    },
  };
}
