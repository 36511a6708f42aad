// What runs in a page: draws the plots into their places, and anew where their room changes or a row is left out.
import type { PageData } from "../page-data.ts";
import { comparePlots } from "./compare-plots.ts";
import { explainPlots } from "./explain-plots.ts";
import { markedRow } from "./row-marks.ts";
import { addToggles } from "./toggles.ts";

const data: PageData = JSON.parse(document.getElementById("data")?.textContent ?? "");
/** Pixels that a plot's labels and axes leave room in. */
const narrowest = 260;
const hidden = new Set<number>();

function drawAll(): void {
  const plots = data.page === "compare" ? comparePlots(data, (index) => !hidden.has(index)) : explainPlots(data);
  for (const [id, draw] of Object.entries(plots)) {
    const place = document.getElementById(id);
    place?.replaceChildren(draw(Math.max(place.clientWidth, narrowest)));
  }
}

// The plots show it now; without this script the figures stay open.
for (const details of document.querySelectorAll("figure > details")) details.removeAttribute("open");
if (data.page === "compare") addToggles(data.rows.map(markedRow), hidden, drawAll);
let width = 0;
new ResizeObserver(() => {
  if (document.body.clientWidth === width) return;
  width = document.body.clientWidth;
  drawAll();
}).observe(document.body);
