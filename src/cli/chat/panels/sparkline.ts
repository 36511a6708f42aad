// A series as one line of small bars. Pure.

/** At most `columns` bars from the least value to the most; of a longer series each stands for several, by their mean. */
export function sparkline(values: readonly number[], columns: number, ramp: string): string {
  const shown = values.length > columns ? means(values, columns) : values;
  const least = Math.min(...shown);
  const range = Math.max(...shown) - least;
  const top = ramp.length - 1;
  return shown
    .map((value) => ramp[range > 0 ? Math.round(((value - least) / range) * top) : Math.floor(top / 2)])
    .join("");
}

function means(values: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const part = values.slice(
      Math.floor((index * values.length) / count),
      Math.floor(((index + 1) * values.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
