// Bars of plain Unicode blocks, for figures that people would rather see than read. No colour: they also go into pipes.

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar as long as `fraction` (0 to 1) of `columns`, to an eighth of a column; what is more than nothing is seen. */
export function bar(fraction: number, columns: number): string {
  const clamped = Math.min(1, Math.max(0, fraction));
  const steps = Math.max(clamped > 0 ? 1 : 0, Math.round(clamped * columns * 8));
  return "█".repeat(Math.floor(steps / 8)) + (eighths[steps % 8] ?? "");
}

/** Two parts of one bar, in whole columns: the first `▒`, the second `█`; what is more than nothing takes a column. */
export function stackedBar([first, second]: readonly [number, number], columns: number): string {
  const start = first > 0 ? Math.max(1, Math.round(first * columns)) : 0;
  const end = second > 0 ? Math.max(start + 1, Math.round((first + second) * columns)) : start;
  return "▒".repeat(start) + "█".repeat(end - start);
}
