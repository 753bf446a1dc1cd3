/** A row of a {@link table}: label and value; a row without a value is left out. */
export type Row = readonly [label: string, value: string | undefined];

/** Aligned lines of two columns, indented by two spaces. */
export function table(rows: readonly Row[]): string[] {
  const shown = rows.filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  return shown.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`.trimEnd());
}

/** Aligned lines of several columns, indented by four spaces; columns of numbers are aligned to the right. */
export function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from(
    { length: columns },
    (_, c) => Math.max(...rows.map((row) => (row[c] ?? "").length)),
  );
  const numeric = widths.map((_, c) => rows.every((row) => /^[\d,.]*( ?[kMGTP]?B)?$/.test(row[c] ?? "")));
  return rows.map((row) =>
    `    ${row.map((cell, c) => numeric[c] ? cell.padStart(widths[c]) : cell.padEnd(widths[c])).join("  ")}`
      .trimEnd()
  );
}
