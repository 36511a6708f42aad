// How far tokens move, a histogram a row: bars in the window, an outline for what follows an eviction.
import * as Plot from "@observablehq/plot";
import type { Histogram, Quality } from "../../../session/compare/report.ts";
import { count, nats, percent } from "../../compare/figures.ts";
import { powersOfTen, shortNumber } from "./loss-scale.ts";
import { type Draw, framed, tipLook, words } from "./plot-frame.ts";
import type { MarkedRow } from "./row-marks.ts";

interface Bin {
  readonly name: string;
  readonly hue: string;
  readonly index: number;
  /** Nats. The ends of the first and the last bin are drawn, not measured. */
  readonly from: number;
  readonly to: number;
  /** Shares of all tokens. */
  readonly share: number;
  readonly evicted: number | undefined;
  /** Share of the tokens that moved as far as this or farther. */
  readonly beyond: number;
  readonly tokens: number;
}

const stripHeight = 92;

export function spreadPlot(all: readonly MarkedRow[], shown: readonly MarkedRow[]): Draw {
  const filled = all.flatMap(binsOf).filter(({ share, evicted = 0 }) => share > 0 || evicted > 0);
  const [first, last] = [Math.min(...filled.map(({ index }) => index)), Math.max(...filled.map(({ index }) => index))];
  const bins = shown.flatMap(binsOf).filter(({ index }) => index >= first && index <= last);
  const rows = shown.filter((marked) => binsOf(marked).length > 0);
  const [low, high] = [Math.min(...filled.map(({ from }) => from)), Math.max(...filled.map(({ to }) => to))];
  const most = Math.max(...filled.map(({ share, evicted = 0 }) => Math.max(share, evicted)));
  const p99 = ({ row }: MarkedRow) => row.quality?.kld.p99 ?? 0;
  const isFar = (marked: MarkedRow) => p99(marked) > low * (high / low) ** 0.6;
  const beyond = (isOnLeft: boolean, width: number) =>
    Plot.text(
      rows.filter((marked) => isFar(marked) === isOnLeft),
      {
        x: p99,
        fy: "name",
        text: (marked: MarkedRow) => `1% ${width < 600 ? ">" : "beyond"} ${nats(p99(marked))}`,
        ...words,
        frameAnchor: "top",
        textAnchor: isOnLeft ? "end" : "start",
        dx: isOnLeft ? -5 : 5,
      },
    );
  return (width) =>
    framed({
      width,
      height: 68 + Math.max(1, rows.length) * stripHeight,
      ariaLabel: "How many tokens moved how far, a histogram for each cache type",
      x: {
        type: "log",
        domain: [low, high],
        ticks: powersOfTen(low, high).filter((_, index, all) => index % Math.ceil((all.length * 75) / width) === 0),
        tickFormat: shortNumber,
        label: "KL divergence of a token, nats →",
      },
      y: { domain: [0, most * 1.3], ticks: [0, roundShare(most)], tickFormat: "%", label: "↑ share of tokens" },
      fy: { domain: rows.map(({ name }) => name), axis: null, padding: 0.12 },
      marks: [
        Plot.rect(bins, { x1: "from", x2: "to", y1: 0, y2: "share", fy: "name", fill: "hue", inset: 0.5 }),
        Plot.line(bins.flatMap(outline), {
          x: "x",
          y: "y",
          z: "name",
          fy: "name",
          stroke: "currentColor",
          strokeWidth: 1.5,
        }),
        Plot.ruleY([0], { stroke: "var(--soft)" }),
        Plot.ruleX(rows, { x: p99, fy: "name", stroke: "currentColor", strokeDasharray: "3 3" }),
        beyond(false, width),
        beyond(true, width),
        Plot.text(rows, {
          fy: "name",
          text: "name",
          frameAnchor: "top-left",
          fontWeight: 600,
          dx: 6,
          ...words,
        }),
        Plot.tip(bins, Plot.pointerX({ ...tipLook, x: middle, y: "share", fy: "name", title: told })),
      ],
    });
}

const middle = ({ from, to }: Bin) => Math.sqrt(from * to);

/** A baseline differs from itself nowhere: it has none. */
function binsOf({ row, name, hue }: MarkedRow): Bin[] {
  if (!row.quality || row.quality.kld.max === 0) return [];
  const { kld, afterEviction } = row.quality;
  const { lowest, binsPerDecade, tokens } = kld.histogram;
  const edge = (index: number) => lowest * 10 ** (index / binsPerDecade);
  const all = sum(tokens);
  return tokens.map((inBin, index) => ({
    name,
    hue,
    index,
    from: edge(index - 1),
    to: edge(index),
    share: inBin / all,
    evicted: afterEviction ? shareIn(afterEviction, index) : undefined,
    beyond: sum(tokens.slice(index)) / all,
    tokens: inBin,
  }));
}

function shareIn({ kld }: { readonly kld: Quality["kld"] }, index: number): number {
  const { tokens }: Histogram = kld.histogram;
  return (tokens[index] ?? 0) / sum(tokens);
}

function outline({ name, from, to, evicted }: Bin) {
  return evicted === undefined ? [] : [from, to].map((x) => ({ name, x, y: evicted }));
}

function told({ name, from, to, share, evicted, beyond, tokens, index }: Bin): string {
  const range = index === 0 ? `below ${shortNumber(to)}` : `${shortNumber(from)} to ${shortNumber(to)}`;
  return [
    `${name}, ${range} nats`,
    `${count(tokens)} tokens, ${percent(share)}`,
    ...(evicted === undefined ? [] : [`past an eviction ${percent(evicted)}`]),
    `as far or farther: ${percent(beyond)}`,
  ].join("\n");
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Down to a share that can be told: a tenth, a twentieth. */
const roundShare = (share: number) =>
  Math.max(0.01, share >= 0.1 ? Math.floor(share * 10) / 10 : Math.floor(share * 100) / 100);
