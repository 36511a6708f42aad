// What an import comes to: a session that is not in the store yet, and the error for what cannot become one.
import { ExitCode, KvchatError } from "../errors.ts";
import type { MessageRecord, SessionFacts } from "./session-record.ts";

export interface ImportedSession {
  readonly facts: SessionFacts;
  /** Where it had one; another is made where that is taken. */
  readonly name?: string;
  readonly created?: number;
  /** Parents before children; ids count within the import alone. */
  readonly messages: readonly MessageRecord[];
  readonly leaf: number | null;
}

export function notImportable(why: string, cause?: unknown): KvchatError {
  return new KvchatError(`This cannot be imported: ${why}.`, {
    hint: "It takes kvchat's own JSON, an array of OpenAI-style messages, or one such message a line.",
    exitCode: ExitCode.usage,
    cause,
  });
}
