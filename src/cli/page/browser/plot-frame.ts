// What all plots of a page share: their frame, grid and tooltips, in the page's colours.
import * as Plot from "@observablehq/plot";

/** Draws a plot of so many pixels' width. */
export type Draw = (width: number) => Element;
/** By the id of their place. */
export type Plots = Readonly<Record<string, Draw>>;

export interface Frame extends Plot.PlotOptions {
  readonly width: number;
  /** What it shows, for those who cannot see it. */
  readonly ariaLabel: string;
}

export function framed(options: Frame): Element {
  const plot = Plot.plot({ marginTop: 28, marginBottom: 40, marginLeft: 56, ...options });
  // One picture with a name; the figures are in the table below it.
  plot.setAttribute("role", "img");
  return plot;
}

export const gridLines = { stroke: "var(--grid)", strokeOpacity: 1 };

/** Readable where they cross a line. */
export const words = { fill: "currentColor", stroke: "var(--ground)", strokeWidth: 4 };

/** Of a tooltip: words in lines, as wide as they are. */
export const tipLook = { fill: "var(--ground)", stroke: "var(--soft)", fontSize: 13, lineWidth: 40 };
