// What the bench measures: subjects, the contenders of each (kvchat first), and the bounds that kvchat is to keep.

export interface Contender {
  readonly name: string;
  /** One measurement, in the unit of the subject. Rejects when `signal` is aborted. */
  readonly measure: (signal: AbortSignal) => Promise<number>;
}

/** How kvchat's figure stands to another one. `alone`: the figure itself counts. */
export type Comparison = "ratio" | "difference" | "alone";

export interface Bound {
  readonly side: "at least" | "at most";
  readonly value: number;
}

export interface Rival extends Contender {
  readonly bound?: Bound;
}

export interface Subject {
  readonly name: SubjectName;
  readonly unit: "t/s" | "ms" | "MB";
  readonly comparison: Comparison;
  readonly kvchat: Contender;
  readonly rivals: readonly Rival[];
  /** For a subject without rivals. */
  readonly bound?: Bound;
}

export const subjectNames = ["decode", "prefill", "start", "memory", "version", "chat"] as const;
export type SubjectName = (typeof subjectNames)[number];

/** One line of the result. Figures and results are one a round, in the order of the rounds. */
export interface Row {
  readonly name: SubjectName;
  readonly unit: Subject["unit"];
  readonly comparison: Comparison;
  readonly kvchat: readonly number[];
  readonly rival?: { readonly name: string; readonly figures: readonly number[] };
  readonly results: readonly number[];
  readonly bound?: Bound;
  /** Undefined where there is no bound. */
  readonly holds?: boolean;
}
