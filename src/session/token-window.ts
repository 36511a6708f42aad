// The ledger: which tokens stand in the KV cache, and which have left its window. It makes the cache equal to a prompt
// at the least cost: a shared prefix stays, ranges are erased and shifted, and only what is missing is left to evaluate.
import { type Lineage, lineageAfterCut, lineageAfterEviction } from "../cache/lineage.ts";
import { commonPrefixLength } from "../cache/prefix.ts";
import { clip, type TokenRange, totalLength } from "../cache/ranges.ts";
import type { CachePolicy } from "../cache/window/policy.ts";
import type { RenderedPrompt } from "./chat-template.ts";
import type { Engine, Token } from "./engine/engine.ts";
import { type TextLedger, WindowText, type Wish } from "./window-text.ts";

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
export interface Ledger extends TextLedger {
  /** Tokens in the cache: the first so many of `whole` without `erased`. */
  readonly cached: number;
  readonly lineage?: Lineage;
  /** Tokens that have left the window since the chat began. */
  readonly evicted: number;
}

export class TokenWindow {
  readonly #engine: CacheEngine;
  #policy: CachePolicy;
  /** Its target is what the cache is to hold. */
  readonly #text: WindowText;
  /** The ids in the cache, one for each position. */
  #cached: Token[] = [];
  #lineage: Lineage | undefined;
  #evicted = 0;
  #isSettled = true;

  constructor(engine: CacheEngine, options: WindowOptions) {
    this.#engine = engine;
    this.#policy = options.policy;
    this.#text = new WindowText(options.keep);
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
    return this.#text.target;
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
    return this.#text.turnCount > 1;
  }

  get ledger(): Ledger {
    return {
      ...this.#text.ledger,
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
  resume({ cached, lineage, evicted, ...text }: Ledger): void {
    this.forget();
    this.#text.resume(text);
    this.#lineage = lineage;
    this.#evicted = evicted;
    this.#cached = this.#text.target.slice(0, Math.min(cached, this.#engine.facts.contextSize));
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
    return Math.min(this.#text.head, this.#cached.length);
  }

  /** Where in `wanted` the text of the latest turn begins. */
  get latestTurn(): number {
    return this.#text.latestTurn;
  }

  /** The turns in the window, in positions of the cache. */
  get turnsInCache(): TokenRange[] {
    return clip(this.#text.turnsInTarget, 0, this.#cached.length);
  }

  /**
   * What of the cache leaves at the least when a turn to come makes anything leave, in positions of the cache; nothing is changed.
   * `shortest`: tokens of the shortest question with its marks. Throws WindowFullError by the policy `stop`.
   */
  nextToLeave(reserve: number, shortest: number): TokenRange[] {
    const { contextSize } = this.#engine.facts;
    const start = Math.min(this.#text.target.length, contextSize - 1);
    const ask = (length: number) =>
      this.#toLeave({ length, reserve, limit: start, next: { start, end: length, tail: 0 } });
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
    this.#text.take(prompt, (erased) => inPast(erased, past));
    const { target } = this.#text;
    const current = this.#text.inTarget(past.end);
    const { contextSize } = this.#engine.facts;
    const room = contextSize - prompt.head - (target.length - current);
    const asked = this.#toLeave({ length: target.length, reserve: Math.min(reserve, room), limit: current });
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
    this.#text.take(prompt, (erased) => erased);
    const { target } = this.#text;
    // Its last token is the one to make room for.
    const length = target.length - 1;
    if (length < this.#engine.facts.contextSize) return undefined;
    if (this.#engine.facts.canShift) this.#cut(commonPrefixLength(target, this.#cached));
    return this.#eraseInAnswer(length, reserve);
  }

  /** What is to be evaluated, at least one token; the cache is cut to what comes before it. */
  missing(): Token[] {
    const { target } = this.#text;
    this.#cut(Math.min(commonPrefixLength(target, this.#cached), target.length - 1));
    return target.slice(this.#cached.length);
  }

  /** Makes room in mid-answer. `again` must be evaluated before the answer goes on: a cache that cannot be shifted. */
  slide(reserve: number): { eviction: Eviction; again: Token[] } {
    const eviction = this.#eraseInAnswer(this.#cached.length, reserve);
    return { eviction, again: this.#cached.length === this.#text.target.length ? [] : this.missing() };
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
    this.#text.push(token);
  }

  forget(): void {
    this.#engine.clear();
    this.#cached = [];
    this.#text.clear();
    this.#lineage = undefined;
  }

  #eraseInAnswer(length: number, reserve: number): Eviction {
    const most = Math.floor((this.#engine.facts.contextSize - this.#text.head) / 2);
    return this.#erase(this.#toLeave({ length, reserve: Math.min(reserve, most), limit: length }));
  }

  #toLeave(wish: Wish): TokenRange[] {
    return this.#text.toLeave(wish, this.#policy, this.#engine.facts);
  }

  /** Erases ranges of cache positions, in the text and, where it can shift, in the engine. */
  #erase(ranges: readonly TokenRange[]): Eviction {
    if (this.#engine.facts.canShift) {
      const inCache = clip(ranges, 0, this.#cached.length);
      for (const range of inCache.toReversed()) this.#shiftOver(range);
    }
    this.#evicted += totalLength(ranges);
    return { tokens: totalLength(ranges), turns: this.#text.erase(ranges) };
  }

  #shiftOver({ start, end }: TokenRange): void {
    const tokens = this.#cached.slice(start, end);
    this.#lineage = lineageAfterEviction(this.#lineage, { start, tokens, length: this.#cached.length });
    this.#engine.eraseAndShift(start, end);
    this.#cached.splice(start, end - start);
    this.#isSettled = false;
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
