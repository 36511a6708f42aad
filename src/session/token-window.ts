// The ledger: which tokens stand in the KV cache, and which have left its window. It makes the cache equal to a prompt
// at the least cost: a shared prefix stays, ranges are erased and shifted, and only what is missing is left to evaluate.
import { type Lineage, lineageAfterCut, lineageAfterEviction } from "../cache/lineage.ts";
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
import type { Engine, Token } from "./engine/engine.ts";

export interface Eviction {
  readonly tokens: number;
  /** Indexes into the prompt's turns: those that have left whole. */
  readonly turns: readonly number[];
}

type CacheEngine = Pick<Engine, "facts" | "length" | "truncate" | "eraseAndShift" | "clear">;

export interface WindowOptions {
  readonly policy: CachePolicy;
  /** `--keep`: first tokens to keep, the head at the least; -1: the whole first prompt. */
  readonly keep: number;
}

/** What a later process needs to go on with the same cache. Plain data. */
export interface Ledger {
  readonly whole: readonly Token[];
  readonly erased: readonly TokenRange[];
  /** Where in `whole` the turns begin, each with its user's text. */
  readonly turns: readonly number[];
  readonly head: number;
  readonly keep: number;
  /** Tokens in the cache: the first so many of `whole` without `erased`. */
  readonly cached: number;
  readonly lineage?: Lineage;
  /** Tokens that have left the window since the chat began. */
  readonly evicted: number;
}

export class TokenWindow {
  readonly #engine: CacheEngine;
  #policy: CachePolicy;
  #keep: number;
  /** The ids in the cache, one for each position. */
  #cached: Token[] = [];
  /** The turns in the window, tokens erased inside them included; `#whole` without `#erased` is what the cache is to hold. */
  #whole: Token[] = [];
  #erased: TokenRange[] = [];
  #turns: TurnRange[] = [];
  #head = 0;
  #lineage: Lineage | undefined;
  #evicted = 0;
  #isSettled = true;

  constructor(engine: CacheEngine, options: WindowOptions) {
    this.#engine = engine;
    this.#policy = options.policy;
    this.#keep = options.keep;
  }

  /** What leaves from now on; what has left stays so. */
  set policy(policy: CachePolicy) {
    this.#policy = policy;
  }

  /** The tokens in the cache. */
  get cached(): readonly Token[] {
    return this.#cached;
  }

  /** What the cache is to hold for the prompt that was fitted last. */
  get wanted(): readonly Token[] {
    return this.#target();
  }

  /** What evictions have done to the rows in the cache; undefined where they depend on the tokens alone. */
  get lineage(): Lineage | undefined {
    return this.#lineage;
  }

  /** Tokens that have left since the chat began. */
  get evicted(): number {
    return this.#evicted;
  }

  /** False from an eviction to the next evaluation: the rows that have moved are not yet what they will be. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Whether any answer stands before the latest turn. */
  get isAnswered(): boolean {
    return this.#turns.length > 1;
  }

  get ledger(): Ledger {
    return {
      whole: [...this.#whole],
      erased: this.#erased,
      turns: this.#turns.map(({ start }) => start),
      head: this.#head,
      keep: this.#keep,
      cached: this.#cached.length,
      lineage: this.#lineage,
      evicted: this.#evicted,
    };
  }

  /** Another chat begins; what its prompt shares with the cache stays. */
  beginAnew(): void {
    this.#evicted = 0;
  }

  /** Goes on with the ledger of an earlier process, whose cache is not here yet: `restored` tells how much of it is. */
  resume({ whole, erased, turns, head, keep, cached, lineage, evicted }: Ledger): void {
    this.forget();
    this.#whole = [...whole];
    this.#erased = [...erased];
    this.#head = head;
    this.#keep = keep;
    this.#lineage = lineage;
    this.#evicted = evicted;
    this.#cached = this.#target().slice(0, Math.min(cached, this.#engine.facts.contextSize));
    this.#turns = turns.map((start, index) => ({ start, end: turns[index + 1] ?? whole.length, tail: 0 }));
  }

  /** The cache was replaced by one that holds the first `length` of these tokens. */
  restored(tokens: readonly Token[], length: number): void {
    this.#cached = tokens.slice(0, length);
    this.#lineage = lineageAfterCut(this.#lineage, length);
    this.#isSettled = true;
  }

  /** Replacing the cache failed: the engine holds what it held before, or nothing. */
  notRestored(): void {
    if (this.#engine.length === 0) this.restored([], 0);
  }

  /** Tokens of the head, which never leaves. */
  get head(): number {
    return Math.min(this.#head, this.#cached.length);
  }

  /** Where in `wanted` the text of the latest turn begins. */
  get latestTurn(): number {
    return afterErasing(this.#turns.at(-1)?.start ?? this.#head, this.#erased);
  }

  /** The turns in the window, in positions of the cache. */
  get turnsInCache(): TokenRange[] {
    return clip(
      this.#turns.map((turn, index) =>
        rangeAfterErasing(index < this.#turns.length - 1 ? turn : { ...turn, end: this.#whole.length }, this.#erased),
      ),
      0,
      this.#cached.length,
    );
  }

  /**
   * What of the cache leaves at the least when a turn to come makes anything leave, in positions of the cache; nothing is changed.
   * `shortest`: tokens of the shortest question with its marks. Throws WindowFullError by the policy `stop`.
   */
  nextToLeave(reserve: number, shortest: number): TokenRange[] {
    const { contextSize } = this.#engine.facts;
    const start = Math.min(this.#target().length, contextSize - 1);
    const ask = (length: number) => this.#ask(length, reserve, start, { start, end: length, tail: 0 });
    const full = ask(contextSize);
    const soonest = Math.max(start + shortest, contextSize - reserve + 1);
    return clip(soonest < contextSize ? ask(soonest) : full, 0, this.#cached.length);
  }

  /**
   * Takes a prompt for which `reserve` more tokens shall stay free; its head and its last turn leave room for one token.
   * Undefined: it fits, go on with `missing`.
   * Else what left by the policy: render again without the turns that left, and come back.
   * Throws WindowFullError by the policy `stop`.
   */
  fit(prompt: RenderedPrompt, reserve: number): Eviction | undefined {
    const past = { head: prompt.head, end: prompt.turns.at(-1)?.start ?? 0, frame: prompt.turns.at(-2)?.tail ?? 0 };
    // What was erased of a question that is asked once more must be read again.
    this.#takePrompt(prompt, (erased) => inPast(erased, past));
    const target = this.#target();
    const current = afterErasing(past.end, this.#erased);
    const { contextSize } = this.#engine.facts;
    const room = contextSize - prompt.head - (target.length - current);
    const asked = this.#ask(target.length, Math.min(reserve, room), current);
    let ranges = inPast(asked, { ...past, end: current });
    // The current turn goes before what a policy keeps of the past behind the head.
    if (target.length - totalLength(ranges) >= contextSize) ranges = [{ start: prompt.head, end: current }];
    if (ranges.length === 0) return undefined;
    if (this.#engine.facts.canShift) this.#cut(commonPrefixLength(target, this.#cached));
    return this.#erase(ranges);
  }

  /**
   * The same for a prompt that ends in an answer which goes on. Room is made as late as in mid-answer, and by the same rules: the
   * answer is the one that never stopped.
   */
  fitUnfinished(prompt: RenderedPrompt, reserve: number): Eviction | undefined {
    this.#takePrompt(prompt, (erased) => erased);
    const target = this.#target();
    // Its last token is the one to make room for.
    const length = target.length - 1;
    if (length < this.#engine.facts.contextSize) return undefined;
    if (this.#engine.facts.canShift) this.#cut(commonPrefixLength(target, this.#cached));
    return this.#eraseInAnswer(length, reserve);
  }

  /** What is to be evaluated, at least one token; the cache is cut to what comes before it. */
  missing(): Token[] {
    const target = this.#target();
    this.#cut(Math.min(commonPrefixLength(target, this.#cached), target.length - 1));
    return target.slice(this.#cached.length);
  }

  /** Makes room in mid-answer. `again` must be evaluated before the answer goes on: a cache that cannot be shifted. */
  slide(reserve: number): { eviction: Eviction; again: Token[] } {
    const eviction = this.#eraseInAnswer(this.#cached.length, reserve);
    return { eviction, again: this.#cached.length === this.#target().length ? [] : this.missing() };
  }

  /** Tokens were evaluated: the next so many of `missing`. */
  evaluated(tokens: readonly Token[]): void {
    this.#isSettled = true;
    this.#cached.push(...tokens);
  }

  /** A token was generated and evaluated. */
  push(token: Token): void {
    this.#isSettled = true;
    this.#cached.push(token);
    this.#whole.push(token);
  }

  forget(): void {
    this.#engine.clear();
    this.#cached = [];
    this.#whole = [];
    this.#erased = [];
    this.#turns = [];
    this.#lineage = undefined;
  }

  /** `stays`: what of the ranges that were erased before stays so, where the tokens are still the same. */
  #takePrompt(prompt: RenderedPrompt, stays: (erased: readonly TokenRange[]) => readonly TokenRange[]): void {
    const known = commonPrefixLength(prompt.tokens, this.#whole);
    this.#whole = [...prompt.tokens];
    this.#erased = [...stays(clip(this.#erased, 0, known))];
    this.#turns = [...prompt.turns];
    this.#head = prompt.head;
    if (this.#keep < 0) this.#keep = prompt.tokens.length;
  }

  #eraseInAnswer(length: number, reserve: number): Eviction {
    const most = Math.floor((this.#engine.facts.contextSize - this.#head) / 2);
    return this.#erase(this.#ask(length, Math.min(reserve, most), length));
  }

  #target(): Token[] {
    return without(this.#whole, this.#erased);
  }

  /** What the policy would erase, in positions of the cache to be; what it keeps leaves enough before `limit` to go. */
  #ask(length: number, reserve: number, limit: number, next?: TurnRange): TokenRange[] {
    const { contextSize, canShift } = this.#engine.facts;
    const wanted = Math.max(1, reserve);
    const turns = this.#turns.map(({ start, end, tail }, index) => ({
      tail,
      start: afterErasing(start, this.#erased),
      end: index < this.#turns.length - 1 ? afterErasing(end, this.#erased) : (next?.start ?? length),
    }));
    if (next) turns.push(next);
    const view = { length, contextSize, keep: this.#head, reserve: wanted, turns };
    if (excess(view) <= 0) return [];
    // Rarely, in steps: a shift rounds quantised rows anew. Where cells cannot be shifted all that is kept is evaluated again.
    const free = canShift ? wanted + Math.floor(contextSize / 8) : Math.max(wanted, Math.floor(contextSize / 2));
    const keep = Math.max(this.#head, Math.min(this.#keep, limit - excess(view)));
    return this.#policy({ ...view, keep, reserve: Math.max(wanted, Math.min(free, contextSize - keep - 1)) });
  }

  /** Erases ranges of cache positions, here and, where it can shift, in the engine; turns wholly gone leave the ledger. */
  #erase(ranges: readonly TokenRange[]): Eviction {
    const before = this.#erased;
    this.#erased = normalise([
      ...before,
      ...ranges.map(({ start, end }) => ({
        start: beforeErasing(start, before),
        end: beforeErasing(end - 1, before) + 1,
      })),
    ]);
    if (this.#engine.facts.canShift) {
      const inCache = clip(ranges, 0, this.#cached.length);
      for (const range of inCache.toReversed()) this.#shiftOver(range);
    }
    const gone = this.#turns
      .slice(0, -1)
      .map((turn, index) => ({ turn, index }))
      .filter(({ turn }) => totalLength(clip(this.#erased, turn.start, turn.end)) === rangeLength(turn));
    this.#dropTurns(gone.map(({ turn }) => turn));
    this.#evicted += totalLength(ranges);
    return { tokens: totalLength(ranges), turns: gone.map(({ index }) => index) };
  }

  #shiftOver({ start, end }: TokenRange): void {
    const tokens = this.#cached.slice(start, end);
    this.#lineage = lineageAfterEviction(this.#lineage, { start, tokens, length: this.#cached.length });
    this.#engine.eraseAndShift(start, end);
    this.#cached.splice(start, end - start);
    this.#isSettled = false;
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

  /** Cuts the cache to its first tokens; one that cannot be cut there starts anew. */
  #cut(length: number): void {
    if (length >= this.#cached.length) return;
    if (!this.#engine.truncate(length)) this.#engine.clear();
    this.#cached.length = this.#engine.length;
    this.#lineage = lineageAfterCut(this.#lineage, this.#cached.length);
  }
}

interface Past {
  readonly head: number;
  /** Where the text of the current turn starts. */
  readonly end: number;
  /** Tokens before it that open the current turn. */
  readonly frame: number;
}

/** What of `ranges` may leave before the current turn: its frame too where what stays is the head, which ends in one itself. */
function inPast(ranges: readonly TokenRange[], { head, end, frame }: Past): TokenRange[] {
  return ranges.flatMap((range) => clip([range], 0, range.start > head ? end - frame : end));
}
