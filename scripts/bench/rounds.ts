// Runs the measurements: in each round every contender once, so that a busy minute of the machine hits all of them alike.
import { compareRounds, keepsBound } from "./statistics.ts";
import type { Bound, Contender, Figure, Row, Subject, Trial } from "./subject.ts";

export interface RoundOptions {
  /** Undefined: as many as the subject takes by itself. */
  readonly rounds: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

const usualRounds = 5;

/** One round more than asked for comes first and does not count: caches fill and native parts are unpacked in it. */
export async function measureSubject(subject: Subject, options: RoundOptions): Promise<Row[]> {
  const { rounds = subject.rounds ?? usualRounds, signal, onProgress } = options;
  const contenders: Contender[] = [subject.kvchat, ...subject.rivals];
  const figures = contenders.map((): number[] => []);
  for (let round = subject.isWarm ? 1 : 0; round <= rounds; round++) {
    onProgress(`${subject.name}: ${round === 0 ? "warming up" : `round ${round} of ${rounds}`}`);
    for (const [index, contender] of inTurn(contenders, round)) {
      signal.throwIfAborted();
      const figure = await contender.measure(signal);
      if (round > 0) figures[index]?.push(figure);
    }
  }
  const [kvchat = [], ...others] = figures;
  if (subject.rivals.length === 0) return [rowOf(subject, kvchat, { bound: subject.bound })];
  return subject.rivals.map(({ name, bound }, index) =>
    rowOf(subject, kvchat, { rival: { name, figures: others[index] ?? [] }, bound }),
  );
}

/** A row for each of the trial's figures. */
export async function measureTrial(trial: Trial, options: RoundOptions): Promise<Row[]> {
  const { rounds = trial.rounds, signal, onProgress } = options;
  const results: (readonly Figure[])[] = [];
  for (let round = 1; round <= rounds; round++) {
    onProgress(`${trial.name}: round ${round} of ${rounds}`);
    signal.throwIfAborted();
    results.push(await trial.measure(signal));
  }
  return (results[0] ?? []).map((first, index) => {
    const figures = results.map((round) => round[index] ?? first);
    const kvchat = figures.map((figure) => figure.kvchat);
    const others = figures.map(({ other }) => other?.figure ?? 0);
    const rival = first.other && { name: first.other.name, figures: others };
    return { ...rowOf(first, kvchat, { rival, bound: first.bound }), at: first.at };
  });
}

/** Every other round in the opposite order: who follows whom must not matter. */
function inTurn<T>(items: readonly T[], round: number): [number, T][] {
  const order = [...items.entries()];
  return round % 2 === 0 ? order : order.toReversed();
}

function rowOf(
  { name, unit, ...subject }: Pick<Subject, "name" | "unit" | "comparison">,
  kvchat: readonly number[],
  against: { rival?: Row["rival"]; bound?: Bound },
): Row {
  const comparison = against.rival ? subject.comparison : "alone";
  const results = compareRounds(comparison, kvchat, against.rival?.figures);
  const holds = against.bound && keepsBound(results, against.bound);
  return { name, unit, comparison, kvchat, results, ...against, holds };
}
