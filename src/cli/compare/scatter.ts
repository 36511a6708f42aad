// Quality against memory as a scatter plot of characters: down is less loss, left is less memory.
import { type ComparedRow, pairName } from "../../session/compare/report.ts";
import { lossOf } from "../../session/compare/verdict.ts";
import { count, nats } from "./figures.ts";

const plotColumns = 54;
const plotRows = 9;
const axisColumns = 10;
/** Losses below this lie on the lowest line: the scale is logarithmic. */
const smallestLoss = 1e-5;

interface Point {
  readonly name: string;
  readonly bytes: number;
  readonly loss: number;
}

/** Lines of at most 80 columns; empty for fewer than two points. */
export function scatterText(rows: readonly ComparedRow[]): string {
  const points = rows.flatMap((row): Point[] =>
    row.quality && row.memory
      ? [{ name: pairName(row), bytes: row.memory.bytesPerToken, loss: lossOf(row.quality) }]
      : [],
  );
  if (points.length < 2) return "";
  const mostBytes = Math.max(...points.map(({ bytes }) => bytes));
  const logs = points.map(({ loss }) => Math.log10(Math.max(smallestLoss, loss)));
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const canvas = Array.from({ length: plotRows }, () => new Array<string>(plotColumns).fill(" "));
  const labels = new Map<number, number>();
  for (const [index, { name, bytes, loss }] of points.entries()) {
    const place = high > low ? ((logs[index] as number) - low) / (high - low) : 0;
    const line = Math.round((1 - place) * (plotRows - 1));
    labels.set(line, Math.max(loss, labels.get(line) ?? 0));
    write(canvas[line] as string[], Math.round((bytes / mostBytes) * (plotColumns - 1)), name);
  }
  const lines = canvas.map((cells, line) => {
    const label = labels.has(line) ? nats(labels.get(line) as number) : "";
    return `${label.padStart(axisColumns)} │${cells.join("").trimEnd()}`;
  });
  const axis = `${" ".repeat(axisColumns)} └${"─".repeat(plotColumns)}`;
  const scale = `${" ".repeat(axisColumns)}  0${`${count(mostBytes)} B/token`.padStart(plotColumns - 1)}`;
  return `KL divergence (log scale; the higher of in the window and evicted)\n${[...lines, axis, scale].join("\n")}\n`;
}

/** A dot with its name, on the side where there is room; it moves past what is there already. */
function write(cells: string[], column: number, name: string): void {
  const isLeft = column + name.length + 2 > cells.length;
  const text = isLeft ? `${name} ●` : `● ${name}`;
  let start = isLeft ? column - text.length + 1 : column;
  while (start > 0 && cells.slice(start, start + text.length).some((cell) => cell !== " ")) start -= 1;
  for (const [index, character] of [...text].entries()) cells[Math.max(0, start) + index] = character;
}
