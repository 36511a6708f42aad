// Speed beside the baseline by the tokens that stand in the cache already, with what the rounds differed by.
import * as Plot from "@observablehq/plot";
import type { Speed } from "../../../session/compare/report.ts";
import { count, ratio } from "../../compare/figures.ts";
import { type Draw, framed, gridLines, tipLook, words } from "./plot-frame.ts";
import type { MarkedRow } from "./row-marks.ts";
import { separated } from "./separate-labels.ts";

export type SpeedKind = "prefill" | "decode";

interface Point extends MarkedRow {
  readonly depth: number;
  readonly ratio: number;
  readonly perSecond: number;
  readonly low: number;
  readonly high: number;
}

export function speedPlot(all: readonly MarkedRow[], shown: readonly MarkedRow[], kind: SpeedKind): Draw {
  const everything = all.flatMap((marked) => pointsOf(marked, kind));
  const depths = [...new Set(everything.map(({ depth }) => depth))].sort((a, b) => a - b);
  // Rounds can be far off; what leaves the frame is told in the tooltip.
  const most = 1.25 * Math.max(1, ...everything.map((point) => point.ratio));
  const lines = shown.map((marked) => pointsOf(marked, kind));
  const points = lines.flat();
  const ends = lines.flatMap((line) => line.slice(-1));
  const place = { x: "depth", y: "ratio" } as const;
  const clear = { height: 16, width: 60 };
  return (width) =>
    framed({
      width,
      height: 300,
      marginRight: 104,
      ariaLabel: `${kind} speed beside the baseline by tokens in the cache, a line for each cache type`,
      x: {
        domain:
          depths.length > 1
            ? [0, Math.max(...depths)]
            : depths.map((depth) => depth - 1).concat(depths.map((depth) => depth + 1)),
        ticks: depths,
        tickFormat: count,
        label: "tokens in the cache →",
      },
      y: {
        domain: [0, most],
        ticks: 5,
        tickFormat: (value: number) => `×${value}`,
        label: "↑ speed beside the baseline",
      },
      marks: [
        Plot.gridY(gridLines),
        Plot.ruleY([0], { stroke: "var(--soft)" }),
        Plot.ruleX(points, {
          x: "depth",
          y1: "low",
          y2: "high",
          stroke: "hue",
          strokeWidth: 2,
          strokeOpacity: 0.5,
          clip: true,
        }),
        ...lines.map((line) =>
          Plot.line(line, { ...place, stroke: line[0]?.hue, strokeWidth: 2, strokeDasharray: line[0]?.dash }),
        ),
        Plot.dot(points, { ...place, symbol: "symbol", fill: "hue", stroke: "var(--ground)", r: 5 }),
        Plot.dot(ends, separated({ ...place, symbol: "symbol", fill: "hue", r: 4, dx: 16 }, clear)),
        Plot.text(ends, separated({ ...place, text: "name", textAnchor: "start" as const, dx: 25, ...words }, clear)),
        Plot.tip(points, Plot.pointer({ ...tipLook, ...place, title: (point: Point) => told(point, kind) })),
      ],
    });
}

function pointsOf(marked: MarkedRow, kind: SpeedKind): Point[] {
  return marked.row.speed.map((speed: Speed) => {
    const [low, high] = speed.spread[kind];
    const measured =
      kind === "prefill"
        ? { ratio: speed.prefillRatio, perSecond: speed.prefillPerSecond }
        : { ratio: speed.decodeRatio, perSecond: speed.decodePerSecond };
    return { ...marked, depth: speed.depth, low, high, ...measured };
  });
}

function told({ name, depth, perSecond, low, high, ...point }: Point, kind: SpeedKind): string {
  return [
    `${name} behind ${count(depth)} tokens`,
    `${kind}: ×${ratio(point.ratio)} (rounds ×${ratio(low)} to ×${ratio(high)})`,
    `${perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond))} tokens a second`,
  ].join("\n");
}
