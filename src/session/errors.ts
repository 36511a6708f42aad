// The one error type that people see: what happened, what to do about it, and the exit code it ends in.

/** Exit codes of the kvchat process. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  /** A model or session that is not found or cannot be loaded. */
  notFound: 3,
  /** The context or the machine's memory is full. */
  outOfRoom: 4,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** An error in words for people: `message` says what happened and why, `hint` what to do. Each is one line. */
export class KvchatError extends Error {
  readonly hint: string;
  readonly exitCode: ExitCode;

  constructor(message: string, options: { hint: string; exitCode?: ExitCode; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = "KvchatError";
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? ExitCode.failed;
  }
}
