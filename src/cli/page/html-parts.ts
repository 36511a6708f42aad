// What pages are made of: tables, and plots under a heading that says what is to be seen in them.
import { escapeHtml } from "./escape-html.ts";

/** Cells are text. The first of each row names it. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const heads = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  const lines = rows.map(([name = "", ...others]) => {
    const cells = others.map((text) => `<td>${escapeHtml(text)}</td>`).join("");
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells}</tr>`;
  });
  return `<div class="wide" tabindex="0"><table><thead><tr>${heads}</tr></thead><tbody>${lines.join("")}</tbody></table></div>`;
}

export interface PlotFigure {
  /** Of the place that the script draws into. */
  readonly id: string;
  /** Text: what is to be seen. */
  readonly finding: string;
  /** Text: how to read it. */
  readonly reading: string;
  /** HTML: the same in figures, open where no script closes it. */
  readonly table?: string;
}

export function plotFigure({ id, finding, reading, table }: PlotFigure): string {
  const figures = table ? `<details open><summary>In figures</summary>${table}</details>` : "";
  return (
    `<figure><figcaption><h2>${escapeHtml(finding)}</h2><p>${escapeHtml(reading)}</p></figcaption>` +
    `<div class="plot" id="${id}"></div>${figures}</figure>`
  );
}
