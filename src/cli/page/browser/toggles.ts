// A box with its mark before each row of a comparison, which takes the row out of the plots and back.
import * as Plot from "@observablehq/plot";
import type { MarkedRow } from "./row-marks.ts";

/** Items of the page's list are in the order of `rows`. */
export function addToggles(rows: readonly MarkedRow[], hidden: Set<number>, onChange: () => void): void {
  const items = document.querySelectorAll("#rows > li");
  for (const [index, { row, symbol, hue }] of rows.entries()) {
    const name = items[index]?.querySelector("b");
    if (!name || row.status !== "ok") continue;
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", () => {
      if (box.checked) hidden.delete(index);
      else hidden.add(index);
      onChange();
    });
    const label = document.createElement("label");
    name.replaceWith(label);
    label.append(box, legendMark(symbol, hue), name);
  }
}

function legendMark(symbol: MarkedRow["symbol"], fill: string): Element {
  const size = { width: 18, height: 18, margin: 0, axis: null, ariaHidden: "true" } as const;
  const mark = Plot.dot([0], { frameAnchor: "middle", symbol, fill, r: 6 });
  return Plot.plot({ ...size, marks: [mark] });
}
