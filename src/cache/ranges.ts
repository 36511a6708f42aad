// Half-open ranges of token positions: `start` is in, `end` is not.

export interface TokenRange {
  readonly start: number;
  readonly end: number;
}

export function rangeLength(range: TokenRange): number {
  return range.end - range.start;
}

export function totalLength(ranges: readonly TokenRange[]): number {
  return ranges.reduce((sum, range) => sum + rangeLength(range), 0);
}

/** What of `ranges` lies inside `[start, end)`. */
export function clip(ranges: readonly TokenRange[], start: number, end: number): TokenRange[] {
  return ranges
    .map((range) => ({ start: Math.max(range.start, start), end: Math.min(range.end, end) }))
    .filter((range) => range.start < range.end);
}

/** Sorted and disjoint, touching ranges joined. */
export function normalise(ranges: readonly TokenRange[]): TokenRange[] {
  const result: { start: number; end: number }[] = [];
  for (const range of [...ranges].filter((r) => r.start < r.end).sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else result.push({ ...range });
  }
  return result;
}

/** `items` without the positions in `ranges` (sorted, disjoint). */
export function without<T>(items: readonly T[], ranges: readonly TokenRange[]): T[] {
  const kept: T[] = [];
  let position = 0;
  for (const range of ranges) {
    for (; position < range.start; position++) kept.push(items[position] as T);
    position = range.end;
  }
  for (; position < items.length; position++) kept.push(items[position] as T);
  return kept;
}

/** Where a position of the whole sequence stands once `erased` (sorted, disjoint) is gone. */
export function afterErasing(position: number, erased: readonly TokenRange[]): number {
  return position - totalLength(clip(erased, 0, position));
}

/** The inverse: which position of the whole sequence the `kept`-th token left by `erased` (sorted, disjoint) has. */
export function beforeErasing(kept: number, erased: readonly TokenRange[]): number {
  let position = kept;
  for (const range of erased) if (range.start <= position) position += rangeLength(range);
  return position;
}

/** Where `range` stands once `erased` (sorted, disjoint) is gone. */
export function rangeAfterErasing({ start, end }: TokenRange, erased: readonly TokenRange[]): TokenRange {
  return { start: afterErasing(start, erased), end: afterErasing(end, erased) };
}

/** What of `range` lies outside `gone` (sorted, disjoint). */
export function outside(range: TokenRange, gone: readonly TokenRange[]): TokenRange[] {
  const pieces: TokenRange[] = [];
  let start = range.start;
  for (const hole of clip(gone, range.start, range.end)) {
    pieces.push({ start, end: hole.start });
    start = hole.end;
  }
  pieces.push({ start, end: range.end });
  return pieces.filter((piece) => piece.start < piece.end);
}
