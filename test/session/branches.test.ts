// What was said otherwise stays beside it: over an engine without a model, in memory and in the store of sessions alike.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Conversation } from "../../src/session/conversation-api.ts";
import { Recorder } from "../../src/session/recorder.ts";
import { SessionStore } from "../../src/session/store/session-store.ts";
import { Transcript } from "../../src/session/transcript.ts";
import { take, takeUntil } from "../helpers/conversation.ts";
import { openFakeChat } from "../helpers/fake-engine.ts";
import { expectWhole } from "../helpers/store.ts";
import { facts } from "../helpers/store-facts.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const said = ({ messages }: Pick<Conversation, "messages">) => messages.map(({ content }) => content);

/** A chat that answers each question with "A1", "A2" and so on. */
function open({ isKept = true, contextSize = 2048 } = {}) {
  const folder = tempFolder();
  const store = new SessionStore(folder);
  const recorder = isKept ? new Recorder({ store, begin: { ...facts, name: "chat" } }) : undefined;
  const { chat, engine, cached } = openFakeChat({ facts: { contextSize }, parts: { recorder } });
  for (let answer = 1; answer < 100; answer++) engine.answers.push(`A${answer}`);
  /** As a later process finds it. */
  const kept = () => {
    const { session, messages } = store.loadTree(store.find("chat").id);
    const transcript = new Transcript("");
    const unanswered = transcript.restore(messages, session.leaf);
    return { transcript, unanswered };
  };
  return { chat, engine, cached, kept, folder, store };
}

describe.each([true, false])("kept: %s", (isKept) => {
  test("answers of one question, and questions of one place, are versions; each leads to its newest end", async () => {
    const { chat, cached } = open({ isKept });
    await take(chat.send("Q1"));
    await take(chat.send("Q2"));
    expect(chat.branches).toEqual([]);
    await take(chat.regenerate());
    expect(chat.branches).toEqual([{ turn: 2, role: "assistant", versions: ["A2", "A3"], current: 1 }]);
    await take(chat.send("Q3"));
    await take(chat.edit(2, "Q2b"));
    expect(said(chat)).toEqual(["Q1", "A1", "Q2b", "A5"]);
    expect(chat.branches).toEqual([{ turn: 2, role: "user", versions: ["Q2", "Q2b"], current: 1 }]);

    const { messages, unanswered } = chat.selectBranch({ turn: 2, role: "user", version: 0 });
    expect(messages.map(({ content }) => content)).toEqual(["Q2", "A3", "Q3", "A4"]);
    expect(unanswered).toBeUndefined();
    expect(said(chat)).toEqual(["Q1", "A1", "Q2", "A3", "Q3", "A4"]);
    expect(chat.branches).toEqual([
      { turn: 2, role: "user", versions: ["Q2", "Q2b"], current: 0 },
      { turn: 2, role: "assistant", versions: ["A2", "A3"], current: 1 },
    ]);
    const other = chat.selectBranch({ turn: 2, role: "assistant", version: 0 });
    expect(other.messages).toMatchObject([{ role: "assistant", content: "A2", stopReason: "stop" }]);
    await take(chat.send("Q4"));
    expect(cached()).toContain("user\nQ1<|im_end|>\n<|im_start|>assistant\nA1<|im_end|>\n<|im_start|>user\nQ2<");
    expect(cached()).toContain("assistant\nA2<|im_end|>\n<|im_start|>user\nQ4<");
  });

  test("what was taken back, or cleared, can be gone back to", async () => {
    const { chat } = open({ isKept });
    await take(chat.send("Q1"));
    await take(chat.send("Q2"));
    expect(chat.undo()).toBe("Q2");
    expect(chat.branches).toEqual([{ turn: 2, role: "user", versions: ["Q2"], current: undefined }]);
    chat.clear();
    expect(chat.branches).toEqual([{ turn: 1, role: "user", versions: ["Q1"], current: undefined }]);
    chat.selectBranch({ turn: 1, role: "user", version: 0 });
    expect(said(chat)).toEqual(["Q1", "A1", "Q2", "A2"]);
    expect(chat.branches).toEqual([]);
  });

  test("only what differs is evaluated", async () => {
    const { chat, engine } = open({ isKept });
    await take(chat.send("Q1"));
    await take(chat.send("Q2"));
    const { done: edited } = await take(chat.edit(2, "Q2b"));
    const shared = engine.tokenize(
      "<|im_start|>user\nQ1<|im_end|>\n<|im_start|>assistant\nA1<|im_end|>\n<|im_start|>user\nQ2",
      true,
    );
    expect(edited.tokens.reused).toBe(shared.length);
    chat.selectBranch({ turn: 2, role: "user", version: 0 });
    expect((await take(chat.send("Q3"))).done.tokens.reused).toBe(shared.length);
  });

  test("an edit that cannot be answered leaves the chat as it was", async () => {
    const { chat, engine, store, folder } = open({ isKept });
    await take(chat.send("Q1"));
    await take(chat.send("Q2"));
    engine.failure = "prefill";
    await expect(take(chat.edit(1, "Q1b"))).rejects.toThrow("failed in prefill");
    await expect(take(chat.edit(3, "Q3"))).rejects.toMatchObject({ message: "The chat has no such turn." });
    expect(said(chat)).toEqual(["Q1", "A1", "Q2", "A2"]);
    expect(chat.branches).toEqual([]);
    if (!isKept) return;
    expect(store.load(store.find("chat").id).messages.map(({ content }) => content)).toEqual(said(chat));
    expectWhole(folder);
  });

  test.each([
    { turn: 1, role: "user", version: 1 },
    { turn: 1, role: "assistant", version: -1 },
    { turn: 2, role: "assistant", version: 0 },
    { turn: 3, role: "user", version: 0 },
    { turn: 0, role: "user", version: 0 },
  ] as const)("there is no branch %j", async (choice) => {
    const { chat } = open({ isKept });
    await take(chat.send("Q1"));
    expect(() => chat.selectBranch(choice)).toThrow("no such branch");
    expect(said(chat)).toEqual(["Q1", "A1"]);
  });
});

test("a seed can be named", async () => {
  const { chat } = open();
  await take(chat.send("Q1"));
  expect((await take(chat.regenerate(undefined, 99))).done.seed).toBe(99);
  expect((await take(chat.regenerate())).done.seed).toBe(100);
});

describe("a window that has slid", () => {
  const evicted = ({ messages }: Conversation) => messages.map((message) => message.evicted);

  async function slid() {
    const opened = open({ contextSize: 256 });
    for (const text of ["a", "b", "c", "d"]) await take(opened.chat.send(text.repeat(50)));
    expect(evicted(opened.chat).slice(0, 2)).toEqual([true, true]);
    return opened;
  }

  test("stays where it is for a branch inside of it", async () => {
    const { chat } = await slid();
    const before = evicted(chat);
    await take(chat.edit(4, "e"));
    expect(evicted(chat)).toEqual(before);
  });

  test("is filled anew for one outside of it", async () => {
    const { chat, kept } = await slid();
    await take(chat.edit(2, "e"));
    expect(evicted(chat)).toEqual([false, false, false, false]);
    expect(kept().transcript.turnsInWindow).toHaveLength(2);
    chat.selectBranch({ turn: 2, role: "user", version: 0 });
    expect(evicted(chat)).toEqual(Array.from({ length: 8 }, () => false));
    await take(chat.send("f".repeat(50)));
    expect(evicted(chat).slice(0, 2)).toEqual([true, true]);
  });
});

test("a question that a process left unanswered is a version, and goes back into the input", async () => {
  const { chat, kept, store } = open();
  await take(chat.send("Q1"));
  store.addUser(store.find("chat").id, "never answered");
  const first = kept();
  expect(first.unanswered).toBe("never answered");
  expect(first.transcript.messages.map(({ content }) => content)).toEqual(["Q1", "A1"]);
  expect(first.transcript.branches).toEqual([
    { turn: 2, role: "user", versions: ["never answered"], current: undefined },
  ]);
});

const step = fc.oneof(
  fc.constantFrom({ kind: "undo" as const }, { kind: "clear" as const }),
  fc.record({ kind: fc.constant("select" as const), point: fc.nat(5), version: fc.nat(5) }),
  fc.record({
    kind: fc.constantFrom(
      "send" as const,
      "send" as const,
      "regenerate" as const,
      "edit" as const,
      "continue" as const,
    ),
    at: fc.nat(5),
    end: fc.constantFrom("itself" as const, "itself" as const, "stop" as const, "decode" as const),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

async function play({ chat, engine }: ReturnType<typeof open>, next: Step, index: number): Promise<void> {
  if (next.kind === "undo") chat.undo();
  else if (next.kind === "clear") chat.clear();
  else if (next.kind === "select") {
    const point = chat.branches[next.point % Math.max(1, chat.branches.length)];
    if (point) chat.selectBranch({ ...point, version: next.version % point.versions.length });
  } else {
    const turns = chat.messages.length / 2;
    if (next.kind !== "send" && turns === 0) return;
    if (next.kind === "continue" && !chat.canContinue) return;
    if (next.end === "decode") engine.failure = "decode";
    const start = (signal: AbortSignal) => {
      if (next.kind === "send") return chat.send(`Q${index}`, signal);
      if (next.kind === "edit") return chat.edit(1 + (next.at % turns), `E${index}`, signal);
      return next.kind === "continue" ? chat.continueAnswer(signal) : chat.regenerate(signal);
    };
    await takeUntil(start, (event) => next.end === "stop" && event.type === "token").catch((error) => {
      expect(String(error)).toContain("llama_decode failed");
    });
    engine.failure = undefined;
  }
}

test("whatever is said, taken back and gone back to, a later process finds the same branches", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const opened = open();
      await play(opened, { kind: "send", at: 0, end: "itself" }, -1);
      for (const [index, next] of steps.entries()) {
        await play(opened, next, index);
        const { transcript, unanswered } = opened.kept();
        expect(unanswered).toBeUndefined();
        expect(transcript.messages).toEqual(opened.chat.messages);
        expect(transcript.branches).toEqual(opened.chat.branches);
        for (const { versions, ...point } of opened.chat.branches) {
          const ends = versions.map((_, version) => transcript.endOf({ ...point, version })?.reply);
          expect(ends.every((id) => id !== undefined)).toBe(true);
        }
      }
      expectWhole(opened.folder);
    }),
    { numRuns: 60 },
  );
});
