// A chart of columns in plain Unicode blocks: one column a value, several rows high.

const eighths = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

export interface ChartSize {
  readonly rows: number;
  readonly columns: number;
  /** The value of a full column. */
  readonly most: number;
  /** Values that are to come in all: each takes as many columns as there are for it. */
  readonly expected: number;
}

/** Lines from the top down. Where there are more values than columns, each column is the mean of its neighbours. */
export function columnChart(values: readonly number[], { rows, columns, most, expected }: ChartSize): string[] {
  const width = Math.max(1, Math.floor(columns / expected));
  const wide = values.flatMap((value) => new Array<number>(width).fill(value));
  const heights = inColumns(wide, columns).map((value) =>
    value > 0 ? Math.max(1, Math.round((value / most) * rows * 8)) : 0,
  );
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * 8;
    return heights.map((height) => eighths[Math.min(8, Math.max(0, height - below))]).join("");
  });
}

function inColumns(values: readonly number[], columns: number): number[] {
  if (values.length <= columns) return [...values];
  return Array.from({ length: columns }, (_, column) => {
    const edge = (index: number) => Math.floor((index * values.length) / columns);
    const part = values.slice(edge(column), edge(column + 1));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
