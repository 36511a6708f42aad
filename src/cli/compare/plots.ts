// The plots of a comparison's page: quality against memory, the spread of divergences, speed against depth.
import { type ComparedRow, pairName, type Quality } from "../../session/compare/report.ts";
import { lossOf } from "../../session/compare/verdict.ts";
import { count, nats, ratio } from "./figures.ts";
import { fixed, nameLabel, natsScale, plotSize, plotWidth, rowMark, svgFigure, tick } from "./plot.ts";

const { left, top, bottom } = plotSize;
const paretoHeight = 300;
const stripHeight = 34;
const speedHeight = 260;

type MeasuredRow = ComparedRow & { readonly quality: Quality };

const measured = (rows: readonly ComparedRow[]) => rows.filter((row): row is MeasuredRow => row.quality !== null);

/** Down is less loss, left is less memory; a line joins the rows that no other beats in both. Empty for fewer than two rows. */
export function paretoPlot(rows: readonly ComparedRow[]): string {
  const points = measured(rows).map((row) => ({
    row,
    bytes: row.memory?.bytesPerToken ?? 0,
    loss: lossOf(row.quality),
  }));
  if (points.length < 2) return "";
  const most = Math.max(...points.map(({ bytes }) => bytes)) * 1.05;
  const { place, ticks } = natsScale(points.map(({ loss }) => loss));
  const plotHeight = paretoHeight - top - bottom;
  const x = (bytes: number) => fixed(left + (bytes / most) * plotWidth);
  const y = (loss: number) => fixed(top + plotHeight * (1 - place(loss)));
  const grid = ticks.map((value) => gridLine(nats(value), y(value)));
  const axis = [0, 0.5, 1].map((share) => {
    const bytes = Math.round(share * most);
    return tick(share === 1 ? `${count(bytes)} B/token` : count(bytes), [x(bytes), paretoHeight - 12], "middle");
  });
  const isBeaten = ({ bytes, loss }: (typeof points)[number]) =>
    points.some((other) => other.bytes <= bytes && other.loss <= loss && (other.bytes < bytes || other.loss < loss));
  const front = points.filter((point) => !isBeaten(point)).sort((a, b) => a.bytes - b.bytes);
  const line = `<path class="front" d="M${front.map(({ bytes, loss }) => `${x(bytes)} ${y(loss)}`).join("L")}"/>`;
  const marks = points.map(({ row, bytes, loss }, index) => {
    const told = `${pairName(row)}: ${nats(loss)} nats, ${count(bytes)} bytes a token`;
    return rowMark(index, [x(bytes), y(loss)], told) + nameLabel(row, [x(bytes) + 11, y(loss)]);
  });
  return svgFigure("Loss (mean KL divergence, nats) against memory", paretoHeight, [...grid, ...axis, line, ...marks]);
}

/** A strip a row: from the median over the 90th and 99th percentile to the largest divergence, with the mean as its mark. */
export function spreadPlot(rows: readonly ComparedRow[]): string {
  const shown = measured(rows).filter(({ quality }) => quality.kld.max > 0);
  if (shown.length === 0) return "";
  const { place, ticks } = natsScale(shown.flatMap(({ quality: { kld } }) => [kld.median, kld.max]));
  const height = top + shown.length * stripHeight + bottom;
  const x = (value: number) => fixed(left + place(value) * plotWidth);
  const grid = ticks.map(
    (value) =>
      `<path class="grid" d="M${x(value)} ${top}V${height - bottom}"/>${tick(nats(value), [x(value), height - 12], "middle")}`,
  );
  const strips = shown.map((row, index) => {
    const { median, p90, p99, max, mean } = row.quality.kld;
    const y = top + (index + 0.5) * stripHeight;
    const told = `${pairName(row)}: median ${nats(median)}, 90% ${nats(p90)}, 99% ${nats(p99)}, most ${nats(max)}`;
    const bars = [
      `<path class="thin" d="M${x(median)} ${y}H${x(max)}"/>`,
      `<path class="thick" d="M${x(median)} ${y}H${x(p99)}"/>`,
      `<path class="thickest" d="M${x(median)} ${y}H${x(p90)}"/>`,
    ];
    const mark = rowMark(measured(rows).indexOf(row), [x(mean), y], `${told}, mean ${nats(mean)}`);
    return nameLabel(row, [left - 10, y], "end") + bars.join("") + mark;
  });
  const title = "Spread of KL divergence a token: median to 90%, to 99%, to the largest; the mark is the mean";
  return svgFigure(title, height, [...grid, ...strips]);
}

/** Ratios to the baseline at each depth. Empty where speed was not measured at two depths at least. */
export function speedPlot(rows: readonly ComparedRow[], kind: "prefill" | "decode"): string {
  const shown = rows.filter(({ speed }) => speed.length > 1);
  if (shown.length === 0) return "";
  const ratioOf = (speed: ComparedRow["speed"][number]) =>
    kind === "prefill" ? speed.prefillRatio : speed.decodeRatio;
  const deepest = Math.max(...shown.flatMap(({ speed }) => speed.map(({ depth }) => depth)));
  const most = Math.max(1.2, ...shown.flatMap(({ speed }) => speed.map(ratioOf)));
  const plotHeight = speedHeight - top - bottom;
  const x = (depth: number) => fixed(left + (depth / deepest) * plotWidth);
  const y = (value: number) => fixed(top + plotHeight * (1 - value / most));
  const grid = [0, 0.5, 1].map((value) => gridLine(`×${ratio(value)}`, y(value)));
  const depths = [...new Set(shown.flatMap(({ speed }) => speed.map(({ depth }) => depth)))];
  const axis = depths.map((depth) => tick(`${count(depth)} tokens`, [x(depth), speedHeight - 12], "middle"));
  const lines = shown.map((row) => {
    const index = rows.indexOf(row);
    const points = row.speed.map((speed) => [x(speed.depth), y(ratioOf(speed))] as const);
    const marks = row.speed.map((speed, at) => {
      const [low, high] = speed.spread[kind];
      const told = `${pairName(row)} behind ${count(speed.depth)} tokens: ×${ratio(ratioOf(speed))} (${ratio(low)} to ${ratio(high)})`;
      return rowMark(index, points[at] as readonly [number, number], told);
    });
    const [endX, endY] = points.at(-1) as readonly [number, number];
    const path = `<path class="thin" d="M${points.map((point) => point.join(" ")).join("L")}"/>`;
    return path + marks.join("") + nameLabel(row, [endX + 11, endY]);
  });
  const what = kind === "prefill" ? "Reading a prompt" : "Writing an answer";
  return svgFigure(`${what}: speed beside the baseline, by tokens in the cache`, speedHeight, [
    ...grid,
    ...axis,
    ...lines,
  ]);
}

function gridLine(text: string, y: number): string {
  return `<path class="grid" d="M${left} ${y}h${plotWidth}"/>${tick(text, [left - 8, y], "end")}`;
}
