// Bars of plain Unicode blocks, for figures that people would rather see than read. No colour: they also go into pipes.

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar as long as `fraction` (0 to 1) of `columns`, to an eighth of a column; what is more than nothing is seen. */
export function bar(fraction: number, columns: number): string {
  const clamped = Math.min(1, Math.max(0, fraction));
  const steps = Math.max(clamped > 0 ? 1 : 0, Math.round(clamped * columns * 8));
  return "█".repeat(Math.floor(steps / 8)) + (eighths[steps % 8] ?? "");
}

/** Two parts of one bar: the first `▒`, the second `█`, each at least a column where it is more than nothing. */
export function stackedBar([first, second]: readonly [number, number], columns: number): string {
  const width = (fraction: number) => (fraction > 0 ? Math.max(1, Math.round(fraction * columns)) : 0);
  const start = Math.min(columns, width(first));
  const end = Math.min(
    columns,
    Math.max(start + width(second) * Number(second > 0 && width(second) === 1), width(first + second)),
  );
  return "▒".repeat(start) + "█".repeat(Math.max(0, end - start));
}
