// Shows how far a download is: a bar on a terminal, a line at each tenth elsewhere. Always on stderr, never with answers.
import { Presets, SingleBar } from "cli-progress";
import prettyBytes from "pretty-bytes";
import stringWidth from "string-width";

export interface Progress {
  /** `totalBytes` is 0 while it is not known. */
  update(doneBytes: number, totalBytes: number): void;
  /** Leaves the stream on a new line; more calls do nothing. */
  end(): void;
}

const linePercent = 10;
const mostBarColumns = 24;
/** What stands beside the bar, besides the label: percentage and two sizes. */
const figureColumns = 30;

/** A progress display on `stream`. Nothing is written before the first update. */
export function createProgress(stream: NodeJS.WriteStream, label: string): Progress {
  return stream.isTTY ? barProgress(stream, label) : lineProgress(stream, label);
}

function barProgress(stream: NodeJS.WriteStream, label: string): Progress {
  let bar: SingleBar | undefined;
  const start = (totalBytes: number) => {
    const options = {
      stream,
      format: `${label} {bar} {percentage}%  {value} of {total}`,
      formatValue: (value: number, _options: unknown, type: string) =>
        type === "value" || type === "total" ? prettyBytes(value) : String(value),
      hideCursor: true,
      clearOnComplete: true,
      barsize: Math.max(0, Math.min(mostBarColumns, stream.columns - stringWidth(label) - figureColumns)),
      fps: 10,
    };
    bar = new SingleBar(options, Presets.shades_classic);
    bar.start(totalBytes, 0);
  };
  return {
    update(doneBytes, totalBytes) {
      if (totalBytes <= 0) return;
      if (!bar) start(totalBytes);
      bar?.setTotal(totalBytes);
      bar?.update(Math.min(doneBytes, totalBytes));
    },
    end() {
      bar?.stop();
      bar = undefined;
    },
  };
}

function lineProgress(stream: NodeJS.WriteStream, label: string): Progress {
  let nextPercent = 0;
  return {
    update(doneBytes, totalBytes) {
      const percent = totalBytes > 0 ? Math.floor((100 * Math.min(doneBytes, totalBytes)) / totalBytes) : 0;
      if (totalBytes <= 0 || percent < nextPercent) return;
      nextPercent = (Math.floor(percent / linePercent) + 1) * linePercent;
      stream.write(`${label}: ${prettyBytes(doneBytes)} of ${prettyBytes(totalBytes)} (${percent}%)\n`);
    },
    end() {
      nextPercent = Number.POSITIVE_INFINITY;
    },
  };
}
