// When the cache is kept: after an answer, while nothing else is to be done, so that it delays no prompt.
import type { Key } from "../cache/block-key.ts";
import type { ConversationEvent } from "./events.ts";
import type { Kept, KvKeeper } from "./kv-keeper.ts";
import { fromKvRecord, toKvRecord } from "./kv-record.ts";
import type { Recorder } from "./recorder.ts";
import type { KvRecord } from "./store/session-record.ts";
import type { Ledger, TokenWindow } from "./token-window.ts";

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

/** A prompt that follows so soon goes first. */
const idleMs = 50;

export class KvSaving implements AsyncDisposable {
  readonly #options: KvSavingOptions;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  /** The engine is free when it resolves. */
  #taking: Promise<void> = Promise.resolve();
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;
  /** Of the latest save. */
  #key: Key | undefined;

  constructor(options: KvSavingOptions) {
    this.#options = options;
  }

  /** Goes on with the cache that an earlier process kept, as far as it is still there. */
  async resume(kept: KvRecord): Promise<void> {
    const { keeper, window } = this.#options;
    const ledger = fromKvRecord(kept);
    if (!ledger) return;
    this.#key = ledger.key;
    window.resume(ledger);
    const tokens = [...window.cached];
    const restored = await keeper.restore({ tokens, lineage: ledger.lineage }, 0);
    window.restored(tokens, restored?.tokens ?? 0);
  }

  /** Brings in what another turn or chat has computed of the window's prompt; false: nothing was to be gained. */
  async restore(): Promise<boolean> {
    const { keeper, window } = this.#options;
    // The last token is evaluated in any case: there is nothing to sample from otherwise.
    const tokens = window.wanted.slice(0, -1);
    const restored = await keeper.restore({ tokens, lineage: window.lineage }, window.cached.length);
    if (restored) window.restored(tokens, restored.tokens);
    return restored !== undefined;
  }

  /** Something was evaluated. `isOutOfOrder`: cells are, so that going on would round otherwise than resuming would. */
  due({ isOutOfOrder }: { isOutOfOrder: boolean }): void {
    this.#isDue = true;
    if (isOutOfOrder) this.#begin();
    else this.#timer = setTimeout(() => this.#begin(), idleMs);
  }

  /** The engine is wanted: what has not begun waits for another time. */
  async makeWay(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#taking;
  }

  /** Resolves when all is on the disk. */
  async finish(): Promise<void> {
    await this.makeWay();
    if (this.#isDue) this.#begin();
    await this.#taking;
    await this.#writing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish();
    await this.#options.keeper[Symbol.asyncDispose]();
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#isDue = false;
    this.#taking = this.#take();
  }

  async #take(): Promise<void> {
    const { keeper, window } = this.#options;
    if (window.cached.length === 0) return;
    const ledger = window.ledger;
    const content = { tokens: [...window.cached], lineage: window.lineage };
    try {
      const { stored } = await keeper.keep(content, { replaces: this.#replaceable() });
      this.#writing = Promise.all([stored, this.#writing])
        .then(([done]) => done && this.#tell(ledger, done))
        .catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The save before this one, unless another session goes on from it. */
  #replaceable(): Key | undefined {
    const key = this.#key;
    return key !== undefined && !this.#options.recorder?.sharesKv(key) ? key : undefined;
  }

  #tell(ledger: Ledger, { key, blocks, bytes }: Kept): void {
    const { keeper, template, recorder, onEvent } = this.#options;
    this.#hasFailed = false;
    this.#key = key;
    recorder?.keepKv(toKvRecord(ledger, { key, template, fingerprint: keeper.fingerprint }));
    const session = recorder?.session?.name ?? null;
    onEvent({ type: "saved", session, tokens: ledger.cached, blocks, bytes, problem: null });
  }

  /** The chat goes on; what could not be kept is told once, until it can be kept again. */
  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const [problem = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    const session = this.#options.recorder?.session?.name ?? null;
    this.#options.onEvent({ type: "saved", session, tokens: 0, blocks: 0, bytes: 0, problem });
  }
}
