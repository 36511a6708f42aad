// The ledger against an engine that models cells exactly: after any chat the cells equal the ledger, the head is in place,
// nothing overflows, and what the cache holds is what the prompt says.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commonPrefixLength } from "../../src/cache/prefix.ts";
import { policies, type WindowPolicyName } from "../../src/cache/window/index.ts";
import { WindowFullError } from "../../src/cache/window/policy.ts";
import type { RenderedPrompt } from "../../src/session/chat-template.ts";
import type { Token } from "../../src/session/engine/engine.ts";
import { TokenWindow } from "../../src/session/token-window.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";

const contextSize = 64;

/** Turns as tokens, and a window over them, played as a conversation plays them. */
class Chat {
  readonly engine: FakeEngine;
  readonly window: TokenWindow;
  readonly nPredict: number;
  head: Token[];
  turns: { user: Token[]; answer: Token[]; evicted: boolean }[] = [];
  evicted = 0;
  #next = 1000;

  constructor({
    policy = "turns",
    keep = 0,
    head = 8,
    nPredict = 6,
    canShift = true,
    canCut = true,
  }: ChatOptions = {}) {
    this.engine = new FakeEngine({ facts: { contextSize, batchSize: 7, canShift }, canCut });
    this.window = new TokenWindow(this.engine, { policy: policies[policy], keep });
    this.nPredict = nPredict;
    this.head = this.newTokens(head);
  }

  newTokens(count: number): Token[] {
    return Array.from({ length: count }, () => this.#next++);
  }

  prompt(): RenderedPrompt {
    const tokens = [...this.head];
    const turns = this.turns
      .filter(({ evicted }) => !evicted)
      .map(({ user, answer }) => {
        const start = tokens.length;
        tokens.push(...user, ...answer);
        return { start, end: tokens.length, tail: 0 };
      });
    return { tokens, head: this.head.length, turns, lead: "" };
  }

  /** One turn; `stopAfter` stops its prefill after so many batches. Returns what was evaluated. */
  async send(user: Token[], answer: Token[], stopAfter = Number.POSITIVE_INFINITY): Promise<Token[]> {
    const turn = { user, answer: [] as Token[], evicted: false };
    this.turns.push(turn);
    try {
      this.fit();
    } catch (error) {
      this.turns.pop();
      throw error;
    }
    const missing = this.window.missing();
    const isRead = await this.#prefill(missing, stopAfter);
    if (isRead) expect(this.engine.cells.slice(-user.length)).toEqual(user);
    if (isRead) await this.#decode(turn, answer);
    return missing;
  }

  fit(): void {
    for (;;) {
      const inWindow = this.turns.filter(({ evicted }) => !evicted);
      const eviction = this.window.fit(this.prompt(), this.#reserve);
      if (!eviction) return;
      expect(eviction.tokens).toBeGreaterThan(0);
      this.evicted += eviction.tokens;
      for (const index of eviction.turns) (inWindow[index] as { evicted: boolean }).evicted = true;
    }
  }

  get #reserve(): number {
    return Math.min(this.nPredict, contextSize / 4);
  }

  async #prefill(tokens: readonly Token[], stopAfter: number): Promise<boolean> {
    let done = 0;
    for await (const now of this.engine.prefill(tokens)) {
      this.window.evaluated(tokens.slice(done, now));
      done = now;
      if (--stopAfter <= 0) break;
    }
    return done === tokens.length;
  }

  async #decode(turn: { answer: Token[] }, answer: readonly Token[]): Promise<void> {
    for (const token of answer) {
      turn.answer.push(token);
      if (this.window.cached.length >= contextSize) {
        const inWindow = this.turns.filter(({ evicted }) => !evicted);
        const { eviction, again } = this.window.slide(this.#reserve);
        expect(eviction.tokens).toBeGreaterThan(0);
        this.evicted += eviction.tokens;
        for (const index of eviction.turns) (inWindow[index] as { evicted: boolean }).evicted = true;
        await this.#prefill(again, Number.POSITIVE_INFINITY);
      }
      await this.engine.decode(token);
      this.window.push(token);
    }
  }

  expectSound(): void {
    expect(this.engine.cells).toEqual(this.window.cached);
    expect(this.engine.cells.slice(0, this.head.length)).toEqual(this.head);
    expect(this.window.head).toBe(this.head.length);
    // What is cached is of the chat, in its order: every token is said once, so that a wrong one would show.
    const said = [...this.head, ...this.turns.flatMap(({ user, answer }) => [...user, ...answer])];
    const places = this.engine.cells.map((token) => said.indexOf(token));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  }
}

interface ChatOptions {
  readonly policy?: WindowPolicyName;
  readonly keep?: number;
  readonly head?: number;
  readonly nPredict?: number;
  readonly canShift?: boolean;
  readonly canCut?: boolean;
}

describe("a plain chat", () => {
  test("evaluates the new turn alone", async () => {
    const chat = new Chat();
    const [first, second] = [chat.newTokens(5), chat.newTokens(4)];
    expect(await chat.send(first, chat.newTokens(3))).toEqual([...chat.head, ...first]);
    expect(await chat.send(second, chat.newTokens(3))).toEqual(second);
    chat.expectSound();
  });

  test("evaluates one token where the cache holds all of the prompt", async () => {
    const chat = new Chat();
    const user = chat.newTokens(5);
    await chat.send(user, chat.newTokens(3));
    chat.turns = [];
    expect(await chat.send(user, chat.newTokens(3))).toEqual(user.slice(-1));
    chat.expectSound();
  });

  test("evaluates what follows the first change", async () => {
    const chat = new Chat();
    await chat.send(chat.newTokens(5), chat.newTokens(3));
    const [first] = chat.turns;
    await chat.send(chat.newTokens(5), chat.newTokens(3));
    if (first) first.answer = [...first.answer.slice(0, 1), ...chat.newTokens(1)];
    const changed = [
      ...(first?.answer.slice(1) ?? []),
      ...(chat.turns[1]?.user ?? []),
      ...(chat.turns[1]?.answer ?? []),
    ];
    const user = chat.newTokens(2);
    expect(await chat.send(user, [])).toEqual([...changed, ...user]);
    chat.expectSound();
  });

  test("a stopped prefill goes on where it stopped", async () => {
    const chat = new Chat();
    const user = chat.newTokens(20);
    await chat.send(user, [], 2);
    expect(chat.window.cached).toEqual([...chat.head, ...user].slice(0, 14));
    const next = chat.newTokens(3);
    expect(await chat.send(next, chat.newTokens(3))).toEqual([...user.slice(6), ...next]);
    chat.expectSound();
  });

  test("a cache that cannot be cut starts anew", async () => {
    const chat = new Chat({ canShift: false, canCut: false });
    await chat.send(chat.newTokens(5), chat.newTokens(3));
    chat.turns = [];
    const user = chat.newTokens(5);
    expect(await chat.send(user, [])).toEqual([...chat.head, ...user]);
    chat.expectSound();
  });
});

describe("a full window", () => {
  async function fill(options?: ChatOptions): Promise<Chat> {
    const chat = new Chat(options);
    for (let turn = 0; turn < 3; turn++) await chat.send(chat.newTokens(10), chat.newTokens(6));
    expect(chat.window.cached.length).toBe(56);
    return chat;
  }

  test("the oldest turn leaves, and only the new one is evaluated", async () => {
    const chat = await fill();
    const user = chat.newTokens(10);
    expect(await chat.send(user, chat.newTokens(6))).toEqual(user);
    expect(chat.turns.map(({ evicted }) => evicted)).toEqual([true, false, false, false]);
    expect(chat.window.cached).toEqual(chat.prompt().tokens);
    chat.expectSound();
  });

  test("between an eviction and what is evaluated next, the rows that moved are not settled", async () => {
    const chat = await fill();
    chat.turns.push({ user: chat.newTokens(10), answer: [], evicted: false });
    expect(chat.window.isSettled).toBe(true);
    chat.fit();
    expect(chat.window.isSettled).toBe(false);
    const [next] = chat.window.missing() as [Token];
    await chat.engine.decode(next);
    chat.window.evaluated([next]);
    expect(chat.window.isSettled).toBe(true);
  });

  test("where cells cannot move, what stays is evaluated again, half the context at a time", async () => {
    const chat = await fill({ canShift: false });
    const user = chat.newTokens(8);
    const evaluated = await chat.send(user, []);
    expect(chat.turns.map(({ evicted }) => evicted)).toEqual([true, true, false, false]);
    expect(evaluated).toEqual(chat.prompt().tokens.slice(chat.head.length));
    chat.expectSound();
  });

  test("all of the past leaves for a turn that fills the context, whatever the policy keeps", async () => {
    for (const policy of ["turns", "sinks", "shift"] as const) {
      const chat = await fill({ policy, head: 8, keep: 30 });
      const user = chat.newTokens(contextSize - 8 - 1);
      await chat.send(user, []);
      expect(chat.window.cached).toEqual([...chat.head, ...user]);
    }
    for (const past of [1, 30]) {
      const chat = new Chat({ policy: "sinks", head: 2 });
      await chat.send(chat.newTokens(past), chat.newTokens(1));
      const user = chat.newTokens(contextSize - 2 - 1);
      await chat.send(user, []);
      expect(chat.window.cached).toEqual([...chat.head, ...user]);
    }
  });

  test("an answer longer than the context loses its middle, not its question", async () => {
    const chat = new Chat();
    const user = chat.newTokens(10);
    await chat.send(user, chat.newTokens(200));
    expect(chat.evicted).toBeGreaterThan(100);
    chat.expectSound();
  });

  test("in mid-answer the oldest turns leave one after the other, whole", async () => {
    const chat = await fill();
    await chat.send(chat.newTokens(6), chat.newTokens(40));
    expect(chat.turns.map(({ evicted }) => evicted)).toEqual([true, true, true, false]);
    expect(chat.window.cached).toEqual(chat.prompt().tokens);
  });

  test("a question that has slid out of the window is read again when it is asked again", async () => {
    const chat = new Chat();
    const user = chat.newTokens(24);
    await chat.send(user, chat.newTokens(40));
    expect(chat.window.cached).not.toContain(user[0]);
    expect(chat.window.cached).toContain(user[23]);
    chat.turns = [];
    await chat.send(user, []);
    expect(chat.window.cached).toEqual([...chat.head, ...user]);
  });

  test("what has left before that question does not come back with it", async () => {
    const chat = new Chat({ policy: "sinks", keep: 12 });
    const first = chat.newTokens(20);
    await chat.send(first, chat.newTokens(10));
    const user = chat.newTokens(6);
    await chat.send(user, chat.newTokens(60));
    chat.turns.pop();
    expect(await chat.send(user, [])).toEqual(user);
    expect(chat.window.cached).toEqual([...chat.head, ...first.slice(0, 4), ...user]);
  });

  test("what was erased inside an older turn stays erased", async () => {
    const chat = new Chat({ policy: "sinks" });
    await chat.send(chat.newTokens(10), chat.newTokens(80));
    const before = [...chat.window.cached];
    const user = chat.newTokens(2);
    expect(await chat.send(user, [])).toEqual(user);
    expect(commonPrefixLength(before, chat.window.cached)).toBeGreaterThanOrEqual(chat.head.length);
    chat.expectSound();
  });

  test("--keep holds more than the head, -1 the whole first prompt", async () => {
    for (const [keep, kept] of [
      [12, 12],
      [-1, 18],
    ] as const) {
      const chat = new Chat({ keep, policy: "sinks" });
      const first = [...chat.head, ...chat.newTokens(10)];
      await chat.send(first.slice(8), chat.newTokens(100));
      expect(commonPrefixLength(first, chat.window.cached)).toBe(kept);
    }
  });

  test("stop refuses a turn without room for a token of an answer, and the cache is as before", async () => {
    const chat = await fill({ policy: "stop" });
    const before = [...chat.engine.cells];
    await expect(chat.send(chat.newTokens(8), [])).rejects.toBeInstanceOf(WindowFullError);
    expect(chat.engine.cells).toEqual(before);
    await chat.send(chat.newTokens(7), []);
    chat.expectSound();
  });
});

type Step =
  | { readonly kind: "send"; readonly user: number; readonly answer: number; readonly stopAfter?: number }
  | { readonly kind: "undo" | "regenerate" | "clear" }
  | { readonly kind: "edit"; readonly head: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("send" as const),
      user: fc.integer({ min: 1, max: contextSize }),
      answer: fc.nat(90),
      stopAfter: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined, freq: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ kind: "undo" }, { kind: "regenerate" }, { kind: "clear" }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("edit" as const), head: fc.integer({ min: 1, max: 16 }) }) },
);

const options = fc.record({
  policy: fc.constantFrom<WindowPolicyName>("turns", "sinks", "shift"),
  keep: fc.constantFrom(-1, 0, 3, 20, 1000),
  head: fc.integer({ min: 1, max: 16 }),
  nPredict: fc.constantFrom(1, 6, 500),
  canShift: fc.boolean(),
  canCut: fc.boolean(),
});

async function play(chat: Chat, next: Step): Promise<void> {
  if (next.kind === "send") {
    const most = contextSize - chat.head.length - 1;
    await chat.send(chat.newTokens(Math.min(next.user, most)), chat.newTokens(next.answer), next.stopAfter);
  } else if (next.kind === "edit") {
    chat.head = chat.newTokens(next.head);
  } else if (next.kind === "clear") {
    chat.turns = [];
  } else {
    const last = chat.turns.pop();
    const isAskedAgain = next.kind === "regenerate" && last && chat.head.length + last.user.length < contextSize;
    if (isAskedAgain) await chat.send(last.user, chat.newTokens(9));
  }
}

test("after any turns, stops, undos, edits and evictions the cells equal the ledger", async () => {
  await fc.assert(
    fc.asyncProperty(options, fc.array(step, { maxLength: 12 }), async (chosen, steps) => {
      const chat = new Chat(chosen.canCut ? chosen : { ...chosen, canShift: false });
      for (const next of steps) {
        await play(chat, next);
        expect(chat.engine.cells).toEqual(chat.window.cached);
        if (next.kind === "send" && next.stopAfter === undefined) chat.expectSound();
      }
    }),
    { numRuns: 400 },
  );
});
