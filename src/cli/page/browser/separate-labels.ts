// Labels at their points, moved down or up where they would cover each other: Plot has no such transform.
import * as Plot from "@observablehq/plot";

export interface LabelSize {
  /** In pixels. */
  readonly height: number;
  /** Labels whose points are farther apart, in pixels, do not meet. */
  readonly width: number;
}

/** Options of a mark at `x` and `y`, which lie on scales. */
export function separated<T extends Plot.MarkOptions & { x: unknown; y: unknown }>(options: T, size: LabelSize): T {
  const move: Plot.InitializerFunction = (_data, facets, { x, y }, scales, { height, marginBottom }) => {
    const onScreen = (channel: typeof x, scale: ((value: unknown) => number) | undefined) =>
      Array.from(channel?.value as ArrayLike<unknown>, (value) => scale?.(value) ?? 0);
    const tops = onScreen(y, scales.y);
    const points = onScreen(x, scales.x).map((left, index) => ({ left, top: tops[index] as number }));
    for (const facet of facets) {
      // A facet may be a typed array, whose own map makes numbers.
      const inFacet = Array.from(facet, (index) => points[index] as Point);
      separate(inFacet, size, height - marginBottom);
    }
    return { channels: { x: { value: points.map(({ left }) => left) }, y: { value: points.map(({ top }) => top) } } };
  };
  return Plot.initializer(options, move) as unknown as T;
}

interface Point {
  readonly left: number;
  top: number;
}

/** From the top down each gives way to those above; what has passed `floor` goes up again, with what is in its way. */
function separate(points: Point[], { height, width }: LabelSize, floor: number): void {
  points.sort((a, b) => a.top - b.top);
  const meet = (a: Point, b: Point) => Math.abs(a.left - b.left) < width;
  for (const [index, point] of points.entries()) {
    for (const above of points.slice(0, index)) {
      if (meet(point, above)) point.top = Math.max(point.top, above.top + height);
    }
  }
  for (const [index, point] of [...points.entries()].reverse()) {
    for (const below of points.slice(index + 1)) {
      if (meet(point, below)) point.top = Math.min(point.top, below.top - height);
    }
    point.top = Math.min(point.top, floor);
  }
}
