// Where a cache's answers depart from the baseline's: both texts beside each other, a bar before what differs.
import { type Answer, type ComparedRow, pairName } from "../../session/compare/report.ts";
import { printable } from "../chat/printable.ts";
import { wrapText } from "../chat/wrap.ts";
import { padToColumns } from "./pad-to-columns.ts";

const columnWidth = 37;
const mostLines = 8;
const mark = "▌";

/** For each row the answer that departs first. Empty where none does. */
export function answersText(rows: readonly ComparedRow[]): string {
  const baseline = rows[0]?.quality?.answers ?? [];
  const departures = rows.flatMap((row) => {
    const answers = row.quality?.answers ?? [];
    const first = answers
      .filter(({ firstDivergence }) => firstDivergence !== null)
      .sort((a, b) => (a.firstDivergence ?? 0) - (b.firstDivergence ?? 0))[0];
    const other = first && baseline[answers.indexOf(first)];
    return first && other ? [departureText(row, first, other, answers)] : [];
  });
  return departures.join("\n");
}

function departureText(row: ComparedRow, answer: Answer, baseline: Answer, all: readonly Answer[]): string {
  const departing = all.filter(({ firstDivergence }) => firstDivergence !== null).length;
  const head = `${pairName(row)}: ${departing} of ${all.length} answers depart from the baseline's, the first at token ${answer.firstDivergence}.`;
  const question = wrapText(printable(`“${answer.prompt.replaceAll("\n", " ")}”`), 78)[0] ?? "";
  const sides = [baseline, answer].map(({ text }) => markedLines(text, answer.sharedText));
  const height = Math.min(mostLines, Math.max(...sides.map((lines) => lines.length)));
  const lines = Array.from({ length: height }, (_, index) => {
    const [left = "", right = ""] = sides.map((side) => side[index] ?? "");
    return `  ${padToColumns(left, columnWidth)}  ${right}`.trimEnd();
  });
  return `${[head, question, ...lines].join("\n")}\n`;
}

/** A text in lines, the part behind what both share marked. Before it no more than a line is shown. */
function markedLines(text: string, shared: string): string[] {
  const clean = (part: string) => printable(part).replaceAll("\n", " ");
  const before = [...clean(text.startsWith(shared) ? shared : "")].slice(-columnWidth).join("");
  const rest = clean(text.startsWith(shared) ? text.slice(shared.length) : text);
  const own = wrapText(rest === "" ? "(ends here)" : rest, columnWidth - 2);
  return [...(before === "" ? [] : wrapText(before, columnWidth)), ...own.map((line) => `${mark} ${line}`)];
}
