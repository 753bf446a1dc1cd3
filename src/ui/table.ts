/** A row of a {@link table}: label and value; a row without a value is left out. */
export type Row = readonly [label: string, value: string | undefined];

/** Aligned lines of two columns, indented by two spaces. */
export function table(rows: readonly Row[]): string[] {
  const shown = rows.filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  return shown.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`.trimEnd());
}

/** Aligned lines of several columns under a heading, indented by four spaces; columns of numbers are aligned to the right. */
export function columnsOf(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const numeric = heading.map((_, column) => rows.every((row) => /^[\d,]+$/.test(row[column])));
  return cells.map((row) => {
    const padded = row.map((cell, i) => numeric[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]));
    return `    ${padded.join("  ")}`.trimEnd();
  });
}
