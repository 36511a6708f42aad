// The text that a window is to hold: its turns, and what has been erased inside of them. Places in the whole text and positions in
// the cache, where what is erased is missing, are translated here and nowhere else.
import { commonPrefixLength } from "../cache/prefix.ts";
import {
  afterErasing,
  beforeErasing,
  clip,
  normalise,
  outside,
  rangeAfterErasing,
  rangeLength,
  type TokenRange,
  totalLength,
  without,
} from "../cache/ranges.ts";
import { type CachePolicy, excess, type TurnRange } from "../cache/window/policy.ts";
import type { RenderedPrompt } from "./chat-template.ts";
import type { EngineFacts, Token } from "./engine/engine.ts";

/** What a later process needs to go on with the same text. Plain data. */
export interface TextLedger {
  readonly whole: readonly Token[];
  readonly erased: readonly TokenRange[];
  /** Where in `whole` the turns begin, each with its user's text. */
  readonly turns: readonly number[];
  readonly head: number;
  readonly keep: number;
}

export interface Wish {
  /** Tokens that the cache is going to hold. */
  readonly length: number;
  /** Tokens that shall stay free behind them. */
  readonly reserve: number;
  /** What a policy keeps ends before this position, where that is needed to make room. */
  readonly limit: number;
  /** A turn to come. */
  readonly next?: TurnRange;
}

export class WindowText {
  #whole: Token[] = [];
  #erased: TokenRange[] = [];
  #turns: TurnRange[] = [];
  #head = 0;
  #keep: number;

  /** `keep`: `--keep`, first tokens to keep, the head at the least; -1: the whole first prompt. */
  constructor(keep: number) {
    this.#keep = keep;
  }

  get ledger(): TextLedger {
    return {
      whole: [...this.#whole],
      erased: this.#erased,
      turns: this.#turns.map(({ start }) => start),
      head: this.#head,
      keep: this.#keep,
    };
  }

  /** The whole text without what is erased. */
  get target(): Token[] {
    return without(this.#whole, this.#erased);
  }

  /** Tokens of the head, which never leaves. */
  get head(): number {
    return this.#head;
  }

  get turnCount(): number {
    return this.#turns.length;
  }

  /** Where in `target` the text of the latest turn begins. */
  get latestTurn(): number {
    return this.inTarget(this.#turns.at(-1)?.start ?? this.#head);
  }

  /** The turns in `target`. */
  get turnsInTarget(): TokenRange[] {
    const { length } = this.#whole;
    const last = this.#turns.length - 1;
    return this.#turns.map((turn, index) =>
      rangeAfterErasing(index < last ? turn : { ...turn, end: length }, this.#erased),
    );
  }

  /** Where in `target` a place of the whole text is. */
  inTarget(place: number): number {
    return afterErasing(place, this.#erased);
  }

  resume({ whole, erased, turns, head, keep }: TextLedger): void {
    this.#whole = [...whole];
    this.#erased = [...erased];
    this.#turns = turns.map((start, index) => ({ start, end: turns[index + 1] ?? whole.length, tail: 0 }));
    this.#head = head;
    this.#keep = keep;
  }

  /** `stays`: what of the ranges that were erased before stays so, where the tokens are still the same. */
  take(prompt: RenderedPrompt, stays: (erased: readonly TokenRange[]) => readonly TokenRange[]): void {
    const known = commonPrefixLength(prompt.tokens, this.#whole);
    this.#whole = [...prompt.tokens];
    this.#erased = [...stays(clip(this.#erased, 0, known))];
    this.#turns = [...prompt.turns];
    this.#head = prompt.head;
    if (this.#keep < 0) this.#keep = prompt.tokens.length;
  }

  push(token: Token): void {
    this.#whole.push(token);
  }

  clear(): void {
    this.#whole = [];
    this.#erased = [];
    this.#turns = [];
  }

  /** What `policy` would erase, in positions of the cache to be. */
  toLeave(
    { length, reserve, limit, next }: Wish,
    policy: CachePolicy,
    { contextSize, canShift }: Pick<EngineFacts, "contextSize" | "canShift">,
  ): TokenRange[] {
    const wanted = Math.max(1, reserve);
    const last = this.#turns.length - 1;
    const turns = this.#turns.map(({ start, end, tail }, index) => ({
      tail,
      start: this.inTarget(start),
      end: index < last ? this.inTarget(end) : (next?.start ?? length),
    }));
    if (next) turns.push(next);
    const view = { length, contextSize, keep: this.#head, reserve: wanted, turns };
    if (excess(view) <= 0) return [];
    // Rarely, in steps: a shift rounds quantised rows anew. Where cells cannot be shifted all that is kept is evaluated again.
    const free = canShift ? wanted + Math.floor(contextSize / 8) : Math.max(wanted, Math.floor(contextSize / 2));
    const keep = Math.max(this.#head, Math.min(this.#keep, limit - excess(view)));
    return policy({ ...view, keep, reserve: Math.max(wanted, Math.min(free, contextSize - keep - 1)) });
  }

  /** Erases ranges of `target`; turns wholly gone leave the text. Returns their indexes. */
  erase(ranges: readonly TokenRange[]): number[] {
    const before = this.#erased;
    this.#erased = normalise([
      ...before,
      ...ranges.map(({ start, end }) => ({
        start: beforeErasing(start, before),
        end: beforeErasing(end - 1, before) + 1,
      })),
    ]);
    const gone = this.#turns
      .slice(0, -1)
      .map((turn, index) => ({ turn, index }))
      .filter(({ turn }) => totalLength(clip(this.#erased, turn.start, turn.end)) === rangeLength(turn));
    this.#dropTurns(gone.map(({ turn }) => turn));
    return gone.map(({ index }) => index);
  }

  #dropTurns(gone: readonly TokenRange[]): void {
    const isGone = (range: TokenRange) => gone.some((turn) => turn.start <= range.start && range.end <= turn.end);
    const left = this.#erased.flatMap((range) => outside(range, gone));
    this.#turns = this.#turns
      .filter((turn) => !isGone(turn))
      .map((turn) => ({ ...turn, ...rangeAfterErasing(turn, gone) }));
    this.#whole = without(this.#whole, gone);
    this.#erased = normalise(left.map((range) => rangeAfterErasing(range, gone)));
  }
}
