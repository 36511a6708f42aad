// A line chart as inline SVG: axes from zero, at most a few ticks, the lines named at their ends, a tooltip at each point. Colours
// come from the page's classes, and each line has a mark and a dash of its own, so that no colour need be told apart.
import { escapeHtml } from "./escape-html.ts";

export interface Series {
  readonly name: string;
  /** CSS class of its line and marks. */
  readonly style: "without" | "with";
  /** One value a step, from step 1 on. */
  readonly values: readonly number[];
}

export interface Chart {
  readonly title: string;
  readonly series: readonly Series[];
  /** A value with its unit. */
  readonly format: (value: number) => string;
  /** 1024 where the unit grows in such steps: its ticks are then whole. */
  readonly base?: 1000 | 1024;
}

const size = { width: 680, height: 240, left: 84, right: 116, top: 14, bottom: 32 };
const plotWidth = size.width - size.left - size.right;
const plotHeight = size.height - size.top - size.bottom;

export function svgChart({ title, series, format, base = 1000 }: Chart): string {
  const count = Math.max(...series.map(({ values }) => values.length));
  const most = niceTop(Math.max(...series.flatMap(({ values }) => values)), base);
  const x = (index: number) => fixed(size.left + (count > 1 ? (index / (count - 1)) * plotWidth : 0));
  const y = (value: number) => fixed(size.top + plotHeight * (1 - value / most));
  const rows = [0, most / 2, most].map(
    (value) =>
      `<path class="grid" d="M${size.left} ${y(value)}h${plotWidth}"/>` +
      `<text class="tick" x="${size.left - 8}" y="${y(value)}" dy="4" text-anchor="end">${escapeHtml(format(value))}</text>`,
  );
  const steps = [...new Set([0, Math.floor((count - 1) / 2), count - 1])].map(
    (index) =>
      `<text class="tick" x="${x(index)}" y="${size.height - 10}" text-anchor="middle">step ${index + 1}</text>`,
  );
  const lines = series.map(({ name, style, values }) => {
    const points = values.map((value, index) => `${x(index)} ${y(value)}`);
    const marks = values.map((value, index) =>
      mark(style, [x(index), y(value)], `step ${index + 1}: ${format(value)}`),
    );
    const end = `<text class="name ${style}" x="${x(values.length - 1) + 10}" y="${y(values.at(-1) ?? 0)}" dy="4">${escapeHtml(name)}</text>`;
    return `<path class="line ${style}" d="M${points.join("L")}"/>${marks.join("")}${end}`;
  });
  const label = escapeHtml(title);
  return (
    `<figure><figcaption>${label}</figcaption>` +
    `<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${label}">${[...rows, ...steps, ...lines].join("")}</svg></figure>`
  );
}

/** A square without the cache, a circle with it. */
function mark(style: Series["style"], [x, y]: [number, number], told: string): string {
  const title = `<title>${escapeHtml(told)}</title>`;
  return style === "with"
    ? `<circle class="${style}" cx="${x}" cy="${y}" r="3">${title}</circle>`
    : `<rect class="${style}" x="${fixed(x - 3)}" y="${fixed(y - 3)}" width="6" height="6">${title}</rect>`;
}

/** The next number above `value` that people count in: 1, 2, 3, 4, 6, 8, 10, 20 and so on, in units of `base`. */
function niceTop(value: number, base: number): number {
  if (!(value > 0)) return 1;
  const unit = base ** Math.floor(Math.log(value) / Math.log(base));
  const power = 10 ** Math.floor(Math.log10(value / unit));
  return ([1, 2, 3, 4, 6, 8].find((step) => step * power * unit >= value) ?? 10) * power * unit;
}

function fixed(value: number): number {
  return Math.round(value * 10) / 10;
}
