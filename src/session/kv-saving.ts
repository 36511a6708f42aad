// When the cache is kept: after an answer, while nothing else is to be done, so that it delays no prompt. Two things do for the
// moment that llama.cpp takes to write all of its state: many tokens that are kept nowhere, and cells that are out of order.
import { totalLength } from "../cache/ranges.ts";
import type { Resumption } from "./conversation-api.ts";
import { countReused } from "./count-reused.ts";
import type { Token } from "./engine/engine.ts";
import { smallestBatch } from "./engine/next-batch.ts";
import type { ConversationEvent } from "./events.ts";
import type { Kept, KvKeeper, Restored, Write } from "./kv-keeper.ts";
import { fromKvRecord, type KeptWith, toKvRecord } from "./kv-record.ts";
import type { Recorder } from "./recorder.ts";
import type { KvRecord } from "./store/session-record.ts";
import type { Ledger, TokenWindow } from "./token-window.ts";
import { whatChanged } from "./what-changed.ts";

export interface KvSavingOptions {
  readonly keeper: KvKeeper;
  readonly window: TokenWindow;
  /** `templateMark` of the chat template. */
  readonly template: string;
  /** Where the ledger is kept; undefined: nothing outlives the process. */
  readonly recorder: Recorder | undefined;
  /** Gets `saved` events. */
  readonly onEvent: (event: ConversationEvent) => void;
}

type Taken = Omit<Resumption, "unanswered">;

/** A prompt that follows so soon goes first. */
export const idleMs = 50;
/**
 * Unless so many tokens, and such a part of the chat, are kept nowhere yet. What is written with each save is the whole cache, but
 * all of them together are no more than a few times the last of them.
 */
const many = { tokens: 256, part: 1 / 4 };

export class KvSaving implements AsyncDisposable {
  readonly #options: KvSavingOptions;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #isOutOfOrder = false;
  #keptTokens = 0;
  /** The engine is free when it resolves. */
  #taking: Promise<void> = Promise.resolve();
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;
  #latest: Pick<KeptWith, "key" | "pieces"> | undefined;

  constructor(options: KvSavingOptions) {
    this.#options = options;
  }

  /**
   * Goes on with the cache that an earlier process kept, as far as it is still there. `said` are the tokens of the chat up to the
   * end of its last answer; without a record they alone tell what to look for.
   */
  async resume(kept: KvRecord | undefined, said: readonly Token[]): Promise<Taken> {
    const { keeper, template, window } = this.#options;
    const ledger = kept && fromKvRecord(kept);
    this.#latest = ledger;
    window.forget();
    window.beginAnew();
    if (ledger) window.resume(ledger);
    const tokens = ledger ? [...window.cached] : said;
    const restored = await keeper
      .restore({ tokens, lineage: ledger?.lineage }, 0)
      .catch((error: unknown): Restored => ({ tokens: 0, reason: firstLine(error), isDamaged: false }));
    window.restored(tokens, restored.tokens);
    this.#keptTokens = restored.tokens;
    const erased = totalLength(ledger?.erased ?? []);
    const { reused, again, isOther } = countReused({ said, held: tokens, erased, restored: restored.tokens });
    const [change] = ledger ? whatChanged(ledger, { fingerprint: keeper.fingerprint, templates: [template] }) : [];
    const lost = ledger && restored.reason;
    const rest = isOther ? "the rest is not what was kept" : "the rest was not kept";
    const reason = change?.words ?? lost ?? (reused > 0 ? rest : "its cache is not kept");
    return { reused, again, reason: again > 0 ? reason : undefined };
  }

  /** Brings in what another turn or chat has computed of the window's prompt; false: nothing was to be gained. */
  async restore(): Promise<boolean> {
    const { keeper, window } = this.#options;
    // The last token is evaluated in any case: there is nothing to sample from otherwise.
    const tokens = window.wanted.slice(0, -1);
    // What of a chat's first prompt is left to read must round as it does where all of it is read.
    const blocksUpTo = window.isAnswered ? undefined : window.wanted.length - smallestBatch;
    const live = window.cached.length;
    try {
      const restored = await keeper.restore({ tokens, lineage: window.lineage }, live, blocksUpTo);
      if (restored.isDamaged) this.#warn(`was damaged, ${restored.reason}`);
      if (restored.tokens === live) return false;
      window.restored(tokens, restored.tokens);
      this.#keptTokens = restored.tokens;
    } catch (error) {
      window.notRestored();
      this.#fail(`could not be brought back: ${firstLine(error)}`);
    }
    return true;
  }

  /**
   * Something was evaluated. `isOutOfOrder`: cells are, so that going on would round otherwise than resuming would: they are put in
   * order in a chat that is not kept, too, and it says the same.
   */
  due({ isOutOfOrder }: { isOutOfOrder: boolean }): void {
    this.#isOutOfOrder ||= isOutOfOrder;
    this.#isDue = this.#isOutOfOrder || this.#options.recorder !== undefined;
    if (this.#isDue) this.#timer = setTimeout(() => this.#begin(), idleMs);
  }

  /** Within a turn; resolves when the engine is free. */
  keepHead(): Promise<void> {
    return this.#take();
  }

  /** The engine is wanted: what has not begun waits for another time, unless it must be done before. */
  async makeWay(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isDue && this.#isUrgent) this.#begin();
    await this.#taking;
  }

  /** Resolves when all is on the disk. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isDue && this.#options.recorder) this.#begin();
    await this.#taking;
    await this.#writing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish();
    await this.#options.keeper[Symbol.asyncDispose]();
  }

  get #isUrgent(): boolean {
    const { length } = this.#options.window.cached;
    return this.#isOutOfOrder || length - this.#keptTokens >= Math.max(many.tokens, many.part * length);
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#isDue = false;
    this.#taking = this.#take();
  }

  async #take(): Promise<void> {
    const { keeper, window, recorder } = this.#options;
    if (window.cached.length === 0 || !window.isSettled) return;
    const ledger = window.ledger;
    const content = { tokens: [...window.cached], lineage: window.lineage };
    try {
      const write = await keeper.keep(content, { isOutOfOrder: this.#isOutOfOrder });
      this.#isOutOfOrder = false;
      this.#keptTokens = content.tokens.length;
      if (write) this.#writing = this.#writing.then(() => this.#write(write, ledger));
    } catch (error) {
      window.notRestored();
      if (recorder) this.#fail(`is not kept: ${firstLine(error)}`);
    }
  }

  async #write(write: Write, ledger: Ledger): Promise<void> {
    try {
      await this.#tell(ledger, await write(this.#latest?.pieces));
    } catch (error) {
      this.#fail(`is not kept: ${firstLine(error)}`);
    }
  }

  /** What this save supersedes goes when its own names are kept: a process that ends in between has either. */
  async #tell(ledger: Ledger, { key, pieces, superseded, blocks, bytes }: Kept): Promise<void> {
    const { keeper, template, recorder, onEvent } = this.#options;
    this.#hasFailed = false;
    this.#latest = { key, pieces };
    const record = toKvRecord(ledger, { key, pieces, template, fingerprint: keeper.fingerprint });
    if (recorder?.keepKv(record)) await keeper.discard(superseded.filter((piece) => !recorder.sharesKv(piece.key)));
    const session = recorder?.session?.name ?? null;
    onEvent({ type: "saved", session, tokens: ledger.cached, blocks, bytes, problem: null });
  }

  /** The chat goes on; what fails is told once, until something could be kept again. */
  #fail(what: string): void {
    if (!this.#hasFailed) this.#warn(what);
    this.#hasFailed = true;
  }

  #warn(what: string): void {
    const session = this.#options.recorder?.session?.name ?? null;
    this.#options.onEvent({ type: "saved", session, tokens: 0, blocks: 0, bytes: 0, problem: `The KV cache ${what}.` });
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
