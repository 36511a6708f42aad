// Quality against memory: down is less loss, left is less memory. A line joins the rows that no other beats in both.
import * as Plot from "@observablehq/plot";
import type { Memory, Quality } from "../../../session/compare/report.ts";
import { lossOf } from "../../../session/compare/verdict.ts";
import { count, nats, percent } from "../../compare/figures.ts";
import { lossScale, powersOfTen } from "./loss-scale.ts";
import { type Draw, framed, gridLines, tipLook, words } from "./plot-frame.ts";
import type { MarkedRow } from "./row-marks.ts";
import { separated } from "./separate-labels.ts";

interface Point extends MarkedRow {
  readonly quality: Quality;
  readonly memory: Memory;
  readonly loss: number;
  /** Of the loss. */
  readonly stderr: number;
}

/** `all` decides on the scales, so that they stay when rows are left out. */
export function paretoPlot(all: readonly MarkedRow[], shown: readonly MarkedRow[], maxKld: number): Draw {
  const everything = all.flatMap(pointOf);
  const points = shown.flatMap(pointOf);
  const { scale, place } = lossScale([...everything.map(({ loss }) => loss), maxKld]);
  const bytes = ({ memory }: Point) => Math.max(1, memory.bytesPerToken);
  const [least, most] = [Math.min(...everything.map(bytes)), Math.max(...everything.map(bytes))];
  const loss = (point: Point) => place(point.loss);
  return (width) =>
    framed({
      width,
      height: 360,
      marginLeft: 66,
      marginRight: 76,
      ariaLabel: "KL divergence against bytes a token of the cache, a mark for each cache type",
      x: {
        type: "log",
        domain: [least * 0.75, Math.max(most, least * 1.2)],
        label: "cache, bytes a token →",
        ticks: roundBytes(least * 0.75, most, width / 110),
        tickFormat: count,
      },
      y: { ...scale, label: "↑ loss: mean KL divergence, nats a token" },
      marks: [
        Plot.gridY({ ...gridLines, ticks: scale.ticks }),
        Plot.ruleY([maxKld].map(place), { stroke: "var(--soft)", strokeDasharray: "4 4" }),
        Plot.text([maxKld].map(place), {
          y: (value) => value,
          text: ["allowed"],
          ...words,
          frameAnchor: "left",
          textAnchor: "start",
          dy: -9,
          fill: "var(--soft)",
        }),
        Plot.line(frontOf(points), { x: bytes, y: loss, stroke: "var(--soft)", strokeWidth: 1.5 }),
        Plot.ruleX(points, {
          x: bytes,
          y1: (point: Point) => place(point.loss - point.stderr),
          y2: (point: Point) => place(point.loss + point.stderr),
          stroke: "hue",
          strokeWidth: 2,
        }),
        Plot.dot(points, { x: bytes, y: loss, symbol: "symbol", fill: "hue", stroke: "var(--ground)", r: 7 }),
        Plot.text(
          points,
          separated(
            // The next on the front lies lower, to the right.
            {
              x: bytes,
              y: loss,
              text: "name",
              ...words,
              strokeWidth: 2,
              fontWeight: 600,
              textAnchor: "start" as const,
              dx: 9,
              dy: -8,
            },
            { height: 16, width: 90 },
          ),
        ),
        Plot.tip(points, Plot.pointer({ ...tipLook, x: bytes, y: loss, title: told })),
      ],
    });
}

/** At most so many. */
function roundBytes(low: number, high: number, most: number): number[] {
  const round = powersOfTen(low / 10, high).flatMap((power) => [1, 1.5, 2, 3, 4, 5, 6, 8].map((step) => step * power));
  const within = round.filter((bytes) => bytes >= low && bytes <= high);
  return within.filter((_, index) => index % Math.ceil(within.length / most) === 0);
}

function pointOf(marked: MarkedRow): Point[] {
  const { quality, memory } = marked.row;
  if (!quality || !memory) return [];
  const loss = lossOf(quality);
  const evicted = quality.afterEviction?.kld;
  const { stderr } = evicted?.mean === loss ? evicted : quality.kld;
  return [{ ...marked, quality, memory, loss, stderr }];
}

function frontOf(points: readonly Point[]): Point[] {
  const beats = (a: Point, b: Point) => {
    const [ours, theirs] = [a.memory.bytesPerToken, b.memory.bytesPerToken];
    return ours <= theirs && a.loss <= b.loss && (ours < theirs || a.loss < b.loss);
  };
  const front = points.filter((point) => !points.some((other) => beats(other, point)));
  return front.sort((a, b) => a.memory.bytesPerToken - b.memory.bytesPerToken);
}

function told({ name, quality, memory }: Point): string {
  const { kld, afterEviction, topAgreement, perplexityRatio } = quality;
  return [
    name,
    `${count(memory.bytesPerToken)} bytes a token`,
    `${nats(kld.mean)} ± ${nats(kld.stderr)} nats in the window`,
    ...(afterEviction ? [`${nats(afterEviction.kld.mean)} ± ${nats(afterEviction.kld.stderr)} past an eviction`] : []),
    `the same token first: ${percent(topAgreement)}`,
    `perplexity ×${perplexityRatio.toFixed(3)}`,
  ].join("\n");
}
