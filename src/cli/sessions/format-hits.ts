// `kvchat sessions search`: a line a hit, as grep writes them, cut around the hit where the screen is narrow.
import type { SearchHit } from "../../session/store/session-record.ts";
import { printable } from "../chat/printable.ts";
import { cutToColumns } from "./cut-to-columns.ts";

/** Characters to keep before a hit that stands further back in its line. */
const before = 20;

/** Each line ends in a newline; `columns` may be infinite. */
export function formatHits(hits: readonly SearchHit[], text: string, columns: number): string {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return hits
    .map(({ name, line }) => {
      const head = `${printable(name)}: `;
      const said = printable(columns === Number.POSITIVE_INFINITY ? line : fromHit(line, words)).trim();
      return `${cutToColumns(head + said.replaceAll("\n", " "), columns)}\n`;
    })
    .join("");
}

function fromHit(line: string, words: readonly string[]): string {
  const places = words.map((word) => line.toLowerCase().indexOf(word)).filter((place) => place >= 0);
  const first = Math.min(...places, line.length);
  return first <= before * 2 || places.length === 0 ? line : `…${line.slice(first - before)}`;
}
