// What all measurements share: the work to do, and the programs that do it.
import type { KvchatProgram } from "./kvchat-program.ts";
import type { LlamaCpp } from "./llama-cpp.ts";
import type { Rival, Subject } from "./subject.ts";
import type { Workload } from "./workload.ts";

export interface Field {
  readonly workload: Workload;
  readonly kvchat: KvchatProgram;
  /** Undefined: not at hand; what is measured against it alone is left out. */
  readonly llamaCpp?: LlamaCpp;
}

/** What a subject opens goes into `open`, and is closed after its last round. */
export type MakeSubject = (field: Field, open: AsyncDisposableStack) => Subject | Promise<Subject>;

export function rivalOf({ llamaCpp }: Field, make: (programs: LlamaCpp) => Rival): Rival[] {
  return llamaCpp ? [make(llamaCpp)] : [];
}
