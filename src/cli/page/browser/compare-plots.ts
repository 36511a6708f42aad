// The plots of a comparison. Those that there is nothing to draw in have no place in the page.
import type { ComparePageData } from "../page-data.ts";
import { paretoPlot } from "./pareto-plot.ts";
import type { Plots } from "./plot-frame.ts";
import { markedRow } from "./row-marks.ts";
import { speedPlot } from "./speed-plot.ts";
import { spreadPlot } from "./spread-plot.ts";

export function comparePlots({ rows, maxKld }: ComparePageData, isShown: (index: number) => boolean): Plots {
  const all = rows.map(markedRow);
  const shown = all.filter((_, index) => isShown(index));
  return {
    pareto: paretoPlot(all, shown, maxKld),
    spread: spreadPlot(all, shown),
    prefill: speedPlot(all, shown, "prefill"),
    decode: speedPlot(all, shown, "decode"),
  };
}
