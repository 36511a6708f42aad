// What all measurements share: the work to do, and the programs that do it.
import type { KvchatProgram } from "./kvchat-program.ts";
import type { LlamaCpp } from "./llama-cpp.ts";
import type { Rival, Subject, Trial } from "./subject.ts";
import type { Workload } from "./workload.ts";

export interface Field {
  readonly workload: Workload;
  readonly kvchat: KvchatProgram;
  /** Undefined: not at hand; what is measured against it alone is left out. */
  readonly llamaCpp?: LlamaCpp;
  /** Stops what is made ready, too. */
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** What a subject opens goes into `open`, and is closed after its last round. */
export type MakeSubject = (field: Field, open: AsyncDisposableStack) => Subject | Promise<Subject>;
export type MakeTrial = (field: Field, open: AsyncDisposableStack) => Trial | Promise<Trial>;

export function rivalOf({ llamaCpp }: Field, make: (programs: LlamaCpp) => Rival): Rival[] {
  return llamaCpp ? [make(llamaCpp)] : [];
}
