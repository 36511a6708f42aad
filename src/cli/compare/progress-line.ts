// How far a comparison is, on one line of a terminal that each row pushes down. Elsewhere a line for each stage.
import type { Progress } from "../../session/compare/work-meter.ts";
import { clock } from "./figures.ts";

export interface ProgressLine {
  update(progress: Progress): void;
  /** Takes the line away, so that something else can be written; the next update brings it back. */
  clear(): void;
}

const drawEveryMs = 100;
const toLineStart = "\r\u001b[K";

export function createProgressLine(
  stream: NodeJS.WriteStream,
  now: () => number = () => performance.now(),
): ProgressLine {
  return stream.isTTY ? drawnLine(stream, now) : stageLines(stream);
}

function drawnLine(stream: NodeJS.WriteStream, now: () => number): ProgressLine {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  return {
    update(progress) {
      if (now() - drawnAt < drawEveryMs) return;
      drawnAt = now();
      isDrawn = true;
      stream.write(toLineStart + progressText(progress).slice(0, Math.max(0, (stream.columns || 80) - 1)));
    },
    clear() {
      if (isDrawn) stream.write(toLineStart);
      isDrawn = false;
      drawnAt = Number.NEGATIVE_INFINITY;
    },
  };
}

function stageLines(stream: NodeJS.WriteStream): ProgressLine {
  let shown = "";
  return {
    update(progress) {
      if (progress.what === shown) return;
      shown = progress.what;
      stream.write(`${progressText(progress)}\n`);
    },
    clear() {},
  };
}

function progressText({ what, fraction, msLeft }: Progress): string {
  const left = msLeft === undefined ? "" : `, ${clock(msLeft)} left`;
  return `${what} (${Math.floor(fraction * 100)}% of all${left})`;
}
