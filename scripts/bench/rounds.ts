// Runs the measurements: in each round every contender once, so that a busy minute of the machine hits all of them alike.
import { compareRounds, keepsBound } from "./statistics.ts";
import type { Bound, Contender, Row, Subject } from "./subject.ts";

export interface RoundOptions {
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** One round more than asked for comes first and does not count: caches fill and native parts are unpacked in it. */
export async function measureSubject(subject: Subject, { rounds, signal, onProgress }: RoundOptions): Promise<Row[]> {
  const contenders: Contender[] = [subject.kvchat, ...subject.rivals];
  const figures = contenders.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
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

/** Every other round in the opposite order: who follows whom must not matter. */
function inTurn<T>(items: readonly T[], round: number): [number, T][] {
  const order = [...items.entries()];
  return round % 2 === 0 ? order : order.toReversed();
}

function rowOf(subject: Subject, kvchat: readonly number[], against: { rival?: Row["rival"]; bound?: Bound }): Row {
  const { name, unit } = subject;
  const comparison = against.rival ? subject.comparison : "alone";
  const results = compareRounds(comparison, kvchat, against.rival?.figures);
  const holds = against.bound && keepsBound(results, against.bound);
  return { name, unit, comparison, kvchat, results, ...against, holds };
}
