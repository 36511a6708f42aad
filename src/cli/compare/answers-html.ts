// Where a cache's answers depart from the baseline's: both texts beside each other, what differs marked.
import { type Answer, type ComparedRow, pairName } from "../../session/compare/report.ts";
import { escapeHtml } from "../page/escape-html.ts";
import { listed } from "./findings.ts";

/** Empty where no other row has answers. */
export function answersHtml([baseline, ...others]: readonly ComparedRow[]): string {
  const expected = baseline?.quality?.answers ?? [];
  const parts = others.flatMap((row) => {
    const answers = row.quality?.answers ?? [];
    const departing = answers.flatMap((answer, index) => {
      const other = expected[index];
      return other && answer.firstDivergence !== null ? [{ answer, other }] : [];
    });
    if (!baseline || departing.length === 0) return [];
    const texts = departing.map(({ answer, other }) => {
      const sides = [side(baseline, other, answer.sharedText), side(row, answer, answer.sharedText)];
      const head = `From token ${answer.firstDivergence}: ${answer.prompt}`;
      return `<details><summary>${escapeHtml(head)}</summary><div class="sides">${sides.join("")}</div></details>`;
    });
    const told = `${pairName(row)}: ${departing.length} of ${answers.length} answers depart`;
    return [`<h3>${escapeHtml(told)}</h3>`, ...texts];
  });
  const same = others.filter(
    ({ quality }) => quality && quality.answers.length > 0 && quality.firstDivergence === null,
  );
  if (same.length > 0) parts.push(`<p>No answer departs with ${escapeHtml(listed(same.map(pairName)))}.</p>`);
  if (!baseline || parts.length === 0) return "";
  const head = `<h2>${escapeHtml(`Where answers depart from those with ${pairName(baseline)}`)}</h2>`;
  return `<section id="answers">${head}\n${parts.join("\n").replace("<details>", "<details open>")}</section>`;
}

function side(row: ComparedRow, { text }: Answer, sharedText: string): string {
  const shared = text.startsWith(sharedText) ? sharedText : "";
  const own = text.slice(shared.length);
  const marked = own === "" ? "<mark>(ends here)</mark>" : `<mark>${escapeHtml(own)}</mark>`;
  return `<div><h4>${escapeHtml(pairName(row))}</h4><p>${escapeHtml(shared)}${marked}</p></div>`;
}
