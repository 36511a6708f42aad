// What the bench measures: subjects, the contenders of each (kvchat first), and the bounds that kvchat is to keep.

export interface Contender {
  readonly name: string;
  /** One measurement, in the unit of the subject. Rejects when `signal` is aborted. */
  readonly measure: (signal: AbortSignal) => Promise<number>;
}

/** How kvchat's figure stands to another one. `speedup`: how many times it goes into that. `alone`: the figure itself counts. */
export type Comparison = "ratio" | "speedup" | "difference" | "alone";
export type Unit = "t/s" | "ms" | "MB" | "tokens";

export interface Bound {
  readonly side: "at least" | "at most";
  readonly value: number;
}

export interface Rival extends Contender {
  readonly bound?: Bound;
}

export interface Subject {
  /** One of `subjectNames`, and which kind of it: `resume q8_0`. */
  readonly name: string;
  readonly unit: Unit;
  readonly comparison: Comparison;
  readonly kvchat: Contender;
  readonly rivals: readonly Rival[];
  /** For a subject without rivals. */
  readonly bound?: Bound;
  /** Where the user asks for no number; 5 by default. */
  readonly rounds?: number;
  /** Making it has filled all caches: no round comes before those that count. */
  readonly isWarm?: boolean;
}

/** One figure of a trial. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly comparison: Comparison;
  readonly kvchat: number;
  readonly other?: { readonly name: string; readonly figure: number };
  readonly bound?: Bound;
  /** Where it stands in a picture, on an axis of tokens. */
  readonly at?: number;
}

/** What gives several figures at once. */
export interface Trial {
  readonly name: SubjectName;
  /** Where the user asks for no number. */
  readonly rounds: number;
  /** The same figures in each round. Rejects when `signal` is aborted. */
  readonly measure: (signal: AbortSignal) => Promise<readonly Figure[]>;
}

export const speedNames = ["decode", "prefill", "start", "memory", "version", "chat"] as const;
export const sessionNames = ["resume", "turn-bytes", "shared-prefix", "fork", "list", "search", "save"] as const;
export const subjectNames = [...speedNames, ...sessionNames] as const;
export type SubjectName = (typeof subjectNames)[number];

/** One line of the result. Figures and results are one a round, in the order of the rounds. */
export interface Row {
  readonly name: string;
  readonly unit: Unit;
  readonly comparison: Comparison;
  readonly kvchat: readonly number[];
  readonly rival?: { readonly name: string; readonly figures: readonly number[] };
  readonly results: readonly number[];
  readonly bound?: Bound;
  /** Undefined where there is no bound. */
  readonly holds?: boolean;
  /** As in `Figure`. */
  readonly at?: number;
}
