// For commands that keep what is done when they are stopped: Ctrl-C and SIGTERM as an AbortSignal, and the exit code they ask for.
import { ExitCode } from "../session/errors.ts";

export interface StopSignal extends Disposable {
  readonly signal: AbortSignal;
  /** What the process is to end in, once the signal is aborted. */
  readonly exitCode: ExitCode;
}

/** Listens until disposed of. */
export function stopSignal(): StopSignal {
  const stop = new AbortController();
  let exitCode: ExitCode = ExitCode.interrupted;
  const onInterrupt = () => stop.abort();
  const onTerminate = () => {
    exitCode = ExitCode.terminated;
    stop.abort();
  };
  process.once("SIGINT", onInterrupt);
  process.once("SIGTERM", onTerminate);
  return {
    signal: stop.signal,
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]: () => {
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
    },
  };
}
