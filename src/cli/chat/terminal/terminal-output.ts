// Writes to the terminal from another thread, one write at a time: a terminal that is slow or stopped blocks that thread alone,
// and the answer goes on.
import { write } from "node:fs";
import type { WriteStream } from "node:tty";

export interface TerminalOutput {
  readonly columns: number;
  readonly rows: number;
  /** True while a write is under way; the next one waits for it. */
  readonly isBusy: boolean;
  write(bytes: string): void;
  /** Resolves when all is written, or the terminal is gone. */
  settled(): Promise<void>;
}

export const stdoutFd = 1;
const retryMs = 10;

export function createTerminalOutput(stdout: WriteStream): TerminalOutput {
  let underWay = 0;
  let last: Promise<void> = Promise.resolve();
  return {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    get isBusy() {
      return underWay > 0;
    },
    write(bytes) {
      underWay++;
      last = last.then(() => writeAll(Buffer.from(bytes))).finally(() => underWay--);
    },
    settled: () => last,
  };
}

/** A terminal that is gone fails each write: there is nobody left to tell, and the hang-up itself ends the chat. */
function writeAll(bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const writeFrom = (offset: number) => {
      if (offset >= bytes.length) return resolve();
      write(stdoutFd, bytes, offset, bytes.length - offset, null, (error, written) => {
        if (!error) writeFrom(offset + written);
        else if (error.code === "EAGAIN") setTimeout(writeFrom, retryMs, offset);
        else resolve();
      });
    };
    writeFrom(0);
  });
}
