/** Lines of a table: columns as wide as their widest cell, the first to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ").trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)];
}

/** A figure with a target. */
export interface Goal {
  readonly name: string;
  /** Undefined where the peer it is compared with is not installed. */
  readonly measured: number | undefined;
  readonly relation: "at most" | "at least";
  readonly asked: number;
  readonly unit: string;
}

/** `asked` beside `measured`, and whether it is met. */
export function goalTable(goals: readonly Goal[]): string[] {
  return table(
    ["figure", "unit", "asked", "measured", ""],
    goals.map(({ name, measured, relation, asked, unit }) => [
      name,
      unit,
      `${relation} ${figure(asked)}`,
      measured === undefined ? "not measured" : figure(measured),
      measured === undefined
        ? ""
        : (relation === "at most" ? measured <= asked : measured >= asked)
        ? "met"
        : "MISSED",
    ]),
  );
}

/** Three significant digits, thousands apart. */
export function figure(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
