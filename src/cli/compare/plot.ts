// What the plots of a comparison's page share: places on scales, ticks, marks that differ in shape as well as in colour.
import { type ComparedRow, pairName } from "../../session/compare/report.ts";
import { escapeHtml } from "../explain/escape-html.ts";

export const plotSize = { width: 680, left: 96, right: 110, top: 14, bottom: 34 };
export const plotWidth = plotSize.width - plotSize.left - plotSize.right;

/** Divergences below this are drawn at this: the scale is logarithmic. */
const smallestNats = 1e-6;

/** A logarithmic scale over whole powers of ten: where `nats` lies, 0 to 1, and its ticks. */
export function natsScale(values: readonly number[]): { place: (nats: number) => number; ticks: readonly number[] } {
  const logs = values.map((value) => Math.log10(Math.max(smallestNats, value)));
  const [low, high] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs, Math.min(...logs) + 1))];
  return {
    place: (nats) => (Math.log10(Math.max(smallestNats, nats)) - low) / (high - low),
    ticks: Array.from({ length: high - low + 1 }, (_, step) => 10 ** (low + step)),
  };
}

/** Eight marks for the rows, one after the other: shape by shape, then hue by hue. */
export function rowMark(index: number, [x, y]: readonly [number, number], told: string): string {
  const title = `<title>${escapeHtml(told)}</title>`;
  const style = `class="mark hue${index % hues}"`;
  const around = (points: readonly (readonly [number, number])[]) =>
    `<polygon ${style} points="${points.map(([dx, dy]) => `${fixed(x + dx)},${fixed(y + dy)}`).join(" ")}">${title}</polygon>`;
  switch (index % 4) {
    case 0:
      return `<circle ${style} cx="${fixed(x)}" cy="${fixed(y)}" r="6">${title}</circle>`;
    case 1:
      return around([
        [-5, -5],
        [5, -5],
        [5, 5],
        [-5, 5],
      ]);
    case 2:
      return around([
        [0, -7],
        [7, 6],
        [-7, 6],
      ]);
    default:
      return around([
        [0, -7],
        [7, 0],
        [0, 7],
        [-7, 0],
      ]);
  }
}

/** Of the page's palette. */
export const hues = 7;

export function svgFigure(title: string, height: number, parts: readonly string[]): string {
  const label = escapeHtml(title);
  return (
    `<figure><figcaption>${label}</figcaption>` +
    `<svg viewBox="0 0 ${plotSize.width} ${height}" role="img" aria-label="${label}">${parts.join("")}</svg></figure>`
  );
}

export function tick(text: string, [x, y]: readonly [number, number], anchor: "start" | "middle" | "end"): string {
  return `<text class="tick" x="${fixed(x)}" y="${fixed(y)}" dy="4" text-anchor="${anchor}">${escapeHtml(text)}</text>`;
}

export function nameLabel(
  row: ComparedRow,
  [x, y]: readonly [number, number],
  anchor: "start" | "end" = "start",
): string {
  return `<text class="name" x="${fixed(x)}" y="${fixed(y)}" dy="4" text-anchor="${anchor}">${escapeHtml(pairName(row))}</text>`;
}

export function fixed(value: number): number {
  return Math.round(value * 10) / 10;
}
