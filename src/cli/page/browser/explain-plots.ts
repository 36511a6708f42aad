// The plots of an explanation: each step's tokens, their sum, its time and its cache, without a cache and with one.
import * as Plot from "@observablehq/plot";
import type { StepCost } from "../../../session/explain/measure.ts";
import { bytes, count, milliseconds } from "../../explain/figures.ts";
import type { ExplainPageData } from "../page-data.ts";
import { type Draw, framed, gridLines, type Plots, tipLook, words } from "./plot-frame.ts";
import { separated } from "./separate-labels.ts";

export function explainPlots(data: ExplainPageData): Plots {
  const most = Math.max(...data.with.steps.map(({ cacheBytes }) => cacheBytes));
  const unit = ["B", "KiB", "MiB", "GiB"][Math.max(0, Math.floor(Math.log2(most || 1) / 10))] ?? "TiB";
  const scale = 1024 ** ["B", "KiB", "MiB", "GiB", "TiB"].indexOf(unit);
  return {
    computed: stepPlot(data, { label: "tokens computed in the step", values: perStep("computedTokens"), told: count }),
    sum: stepPlot(data, {
      label: "tokens computed so far",
      values: (steps) => runningSum(perStep("computedTokens")(steps)),
      told: count,
    }),
    time: stepPlot(data, { label: "time of the step, ms", values: perStep("ms"), told: milliseconds }),
    cache: stepPlot(data, {
      label: `K and V kept, ${unit}`,
      values: (steps) => perStep("cacheBytes")(steps).map((value) => value / scale),
      told: (value) => bytes(value * scale),
    }),
  };
}

interface Quantity {
  /** With its unit. */
  readonly label: string;
  readonly values: (steps: readonly StepCost[]) => readonly number[];
  readonly told: (value: number) => string;
}

interface Point {
  readonly step: number;
  readonly way: string;
  readonly value: number;
}

const ways = [
  { way: "without", hue: "var(--hue2)", symbol: "square", dash: "7 3" },
  { way: "with", hue: "var(--hue1)", symbol: "circle", dash: "none" },
] as const;

/** More marks than this on a line cover each other. */
const mostMarks = 60;

function stepPlot(data: ExplainPageData, { label, values, told }: Quantity): Draw {
  const lines = ways.map(({ way, ...look }) => {
    const points = values(data[way].steps).map((value, index): Point => ({ step: index + 1, way, value }));
    return { way, ...look, points };
  });
  const ends = lines.flatMap(({ points, ...line }) => points.slice(-1).map((point) => ({ ...line, ...point })));
  const [without, withCache] = [lines[0]?.points ?? [], lines[1]?.points ?? []];
  const place = { x: "step", y: "value" } as const;
  const title = ({ step }: Point) =>
    [
      `step ${count(step)}${step === 1 ? ": the prefill" : ""}`,
      `without: ${told(without[step - 1]?.value ?? 0)}`,
      `with: ${told(withCache[step - 1]?.value ?? 0)}`,
    ].join("\n");
  return (width) =>
    framed({
      width,
      height: 260,
      marginRight: 84,
      ariaLabel: `${label}, by step, without the cache and with it`,
      x: { label: "step →", ticks: Math.min(without.length, width / 80), tickFormat: wholeNumber },
      y: {
        label: `↑ ${label}`,
        domain: [0, Math.max(1e-9, ...lines.flatMap(({ points }) => points.map(({ value }) => value)))],
        nice: true,
        ticks: 5,
      },
      marks: [
        Plot.gridY(gridLines),
        ...lines.flatMap(({ points, hue, symbol, dash }) => [
          Plot.line(points, { ...place, stroke: hue, strokeWidth: 2, strokeDasharray: dash }),
          ...(points.length > mostMarks ? [] : [Plot.dot(points, { ...place, fill: hue, symbol, r: 3.5 })]),
        ]),
        Plot.dot(ends, separated({ ...place, fill: "hue", symbol: "symbol", r: 4, dx: 14 }, labelSize)),
        Plot.text(
          ends,
          separated({ ...place, ...words, text: "way", textAnchor: "start" as const, dx: 22 }, labelSize),
        ),
        Plot.ruleX(without, Plot.pointerX({ x: "step", stroke: "var(--soft)" })),
        Plot.tip(without, Plot.pointerX({ ...tipLook, ...place, title })),
      ],
    });
}

const perStep = (quantity: "computedTokens" | "ms" | "cacheBytes") => (steps: readonly StepCost[]) =>
  steps.map((step) => step[quantity]);

/** In pixels. */
const labelSize = { height: 16, width: 60 };

const wholeNumber = (value: number) => (Number.isInteger(value) ? count(value) : "");

function runningSum(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}
