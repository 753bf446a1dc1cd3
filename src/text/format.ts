/** Numbers and paths as people read them. */

/** `1234567` → `"1,234,567"`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A number and its noun: `1 image`, `2 images`, `2 classes`. */
export function plural(value: number, noun: string): string {
  const many = /(s|x|ch)$/.test(noun) ? `${noun}es` : `${noun}s`;
  return `${count(value)} ${value === 1 ? noun : many}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Bytes in decimal units with three digits: `1234567` → `"1.23 MB"`. */
export function bytes(value: number): string {
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** Seconds: `0.42` → `"0.42 s"`, `75` → `"1 min 15 s"`, `3700` → `"1 h 2 min"`. */
export function duration(seconds: number): string {
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}

/**
 * Things a second, with three digits: `12345` → `"12,300/s"`.
 *
 * @param things Their name: `"12,300 images/s"`.
 */
export function rate(value: number, things = ""): string {
  const number = value < 10 ? value.toFixed(1) : count(Number(value.toPrecision(3)));
  return `${number}${things && ` ${things}`}/s`;
}

/** A word as a POSIX shell takes it: quoted only where it must be. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Text from a file name or a label file made safe to print: control characters, which could move the cursor or
 * recolour the terminal, are shown as escapes.
 */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex -- these are the characters that must not reach a terminal
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (c) => {
    return c === "\n" ? "\\n" : c === "\t" ? "\\t" : `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
