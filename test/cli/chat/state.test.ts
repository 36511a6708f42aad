// The chat's reducer by lists of actions: what was printed for good, and what is still open.
import { describe, expect, test } from "vitest";
import { createMarkdown } from "../../../src/cli/chat/markdown/markdown-text.ts";
import { textOf } from "../../../src/cli/chat/markdown/span.ts";
import { type ChatAction, type ChatState, initialChat, openLayout, reduceChat } from "../../../src/cli/chat/state.ts";
import { excerpt } from "../../../src/cli/chat/turn-notes.ts";
import type { ConversationEvent, StopReason, TurnResult } from "../../../src/session/events.ts";

const size = { columns: 40, rows: 10 };

/** All lines printed by the actions, with their marks of kind, and the state after them. */
function play(...actions: ChatAction[]): { lines: string[]; state: ChatState } {
  return playFrom(initialChat(size, "fake"), ...actions);
}

function playFrom(initial: ChatState, ...actions: ChatAction[]): { lines: string[]; state: ChatState } {
  let state = initial;
  const lines: string[] = [];
  for (const action of actions) {
    state = reduceChat(state, action);
    lines.push(
      ...state.outbox.map(({ kind, text, isFirst }) => (text === "" ? "" : `${isFirst ? kind : "-"}: ${text}`)),
    );
  }
  return { lines, state };
}

/** What is open as it looks now, a line of it a string. */
function openLines({ open, columns, rows }: ChatState): string[] | undefined {
  return open?.text.peek(openLayout(open.kind, { columns, rows })).map(textOf);
}

const told = (event: ConversationEvent, evictedUpTo?: string): ChatAction => ({
  type: "progressed",
  event,
  facts: { evictedUpTo },
});
const token = (text: string, tokens = 1): ChatAction => told({ type: "token", text, tokens });
const thinking = (text: string): ChatAction => told({ type: "thinking", text, tokens: 1 });
const ready: ChatAction = { type: "ready", model: "m", backend: "CPU", facts: {} };
const resized = { type: "resized", columns: 40, rows: 10 } as const;
const started: ChatAction = { type: "turnStarted" };
const ended: ChatAction = { type: "turnEnded" };

function done(changes: Partial<TurnResult> = {}): ChatAction {
  return told({
    type: "done",
    text: "text",
    thinking: "",
    stopReason: "stop",
    model: "fake",
    session: null,
    seed: 1,
    tokens: { prompt: 21, reused: 12, evaluated: 9, evicted: 0, generated: 3 },
    timings: { loadMs: 0, prefillMs: 0, firstTokenMs: 0, decodeMs: 0, prefillPerSecond: 0, decodePerSecond: 7 },
    kv: { typeK: "f16", typeV: "f16", bytes: 1, contextSize: 512 },
    ...changes,
  });
}

describe("with --verbose", () => {
  const verbose = { ...initialChat({ columns: 200, rows: 10 }, "fake"), showsFigures: true };
  const figures =
    "note: loaded in 0.00 s · prompt 21 tokens (12 reused, 9 evaluated at 0.0/s) · first token after 0.00 s · answer 3 tokens at 7.0/s · cache f16/f16, 512 tokens";

  test("each answer is followed by its figures, behind what is said of its end", () => {
    expect(playFrom(verbose, token("text"), done()).lines).toEqual(["answer: text", "", figures]);
    const { lines } = playFrom(verbose, token("text"), done({ stopReason: "interrupted" }));
    expect(lines).toEqual(["answer: text", "", "note: stopped; /continue goes on", figures]);
  });

  test("they can be switched off and on again", () => {
    const off = playFrom(verbose, { type: "figuresShown", isShown: false }, token("text"), done());
    expect(off.lines).toEqual(["answer: text"]);
    const on = playFrom(off.state, { type: "figuresShown", isShown: true }, token("text"), done());
    expect(on.lines.at(-1)).toBe(figures);
  });

  test("what the engine logs stands between the lines of an answer, which goes on", () => {
    const { lines } = playFrom(
      verbose,
      token("one two"),
      { type: "logged", text: "warn: hot" },
      token(" three\n\nfour"),
    );
    expect(lines.filter((line) => line !== "")).toEqual(["answer: one two", "note: warn: hot", "answer: three"]);
  });
});

describe("an answer", () => {
  test("is printed line by line as lines can no longer change", () => {
    const { lines, state } = play({ type: "said", text: "Why?" }, started, token("One line\nand"), token(" another"));
    expect(lines).toEqual(["user: Why?", "", "answer: One line"]);
    expect(state.open?.kind).toBe("answer");
    expect(openLines(state)).toEqual(["and another"]);
    expect(state.phase).toBe("answering");
  });

  test("ends with all of it printed, once, and nothing open", () => {
    const text = "word ".repeat(30);
    const { lines, state } = play(started, ...text.split(/(?<= )/).map((piece) => token(piece)), done(), ended);
    expect(lines.join(" ").match(/word/g)).toHaveLength(30);
    for (const line of lines) expect(line.replace(/^\S+: /, "").length).toBeLessThan(40);
    expect(state.open).toBeUndefined();
    expect(state.phase).toBe("idle");
  });

  test("begins without the blank space that models begin with", () => {
    expect(play(started, token("\n\n"), token("  Hi"), ended).lines).toEqual(["answer: Hi"]);
  });

  test("that is cut short keeps its unfinished line", () => {
    const { lines } = play(started, token("half a"), { type: "stopping" }, done({ stopReason: "interrupted" }), ended);
    expect(lines).toEqual(["answer: half a", "", "note: stopped; /continue goes on"]);
  });

  test("follows its thinking, a blank line between", () => {
    const { lines } = play(started, thinking("Hm.\nSo"), token("Four."), ended);
    expect(lines).toEqual(["thinking: Hm.", "-: So", "", "answer: Four."]);
  });

  test("sends no control characters on", () => {
    expect(play(started, token("a\u001b[2Jb"), ended).lines).toEqual(["answer: a␛[2Jb"]);
  });

  test.each<[StopReason, Partial<TurnResult>, string[]]>([
    ["stop", {}, []],
    ["stop", { text: "" }, ["note: the model had nothing to say"]],
    ["length", {}, ["note: ended at the limit of 3 tokens;", "-: /continue goes on"]],
    ["context", {}, ["note: ended: the context is full"]],
    ["interrupted", {}, ["note: stopped; /continue goes on"]],
  ])("that ends by %s %j: %j", (stopReason, changes, lines) => {
    expect(play(started, done({ stopReason, ...changes }), ended).lines).toEqual(lines);
  });

  test("is laid out anew where it is still open when the terminal changes", () => {
    const { lines, state } = play(started, token("one two three four"), { type: "resized", columns: 12, rows: 9 });
    expect(lines).toEqual(["answer: one two"]);
    expect(openLines(state)).toEqual(["three four"]);
  });
});

describe("an answer that goes on", () => {
  const goesOn = (text: string, thinking = "") => told({ type: "continued", text, thinking });

  test("takes up its unfinished line, and draws no other one again", () => {
    const { lines, state } = play(started, goesOn("One\ntwo and thr"), token("ee"), token("\nfour"), done(), ended);
    expect(lines).toEqual(["answer: two and three", "-: four"]);
    expect(state.open).toBeUndefined();
  });

  test("goes on thinking where it was thinking still", () => {
    const { lines } = play(started, goesOn("", "So t"), thinking("wo."), token("Four."), done(), ended);
    expect(lines).toEqual(["thinking: So two.", "", "answer: Four."]);
  });

  test("that had not begun begins", () => {
    expect(play(started, goesOn("", " "), token("Four."), done(), ended).lines).toEqual(["answer: Four."]);
  });

  test("is still in the code it was in", () => {
    const openAnswer = createMarkdown({ hasStyles: true, hasLinks: false });
    const formatted = { type: "formatted", openAnswer } as const;
    const code = "So:\n\n```c\nint a;\nint";
    const { lines } = play(formatted, started, goesOn(code), token(" *b;\n```\nDone *so*."), done(), ended);
    expect(lines.slice(0, 2).join("\n")).toContain("int *b;");
    expect(lines.at(-1)).toContain("Done so.");
  });
});

describe("an answer in Markdown", () => {
  const look = { hasStyles: true, hasLinks: false };
  const formatted: ChatAction = { type: "formatted", openAnswer: createMarkdown(look) };

  test("is drawn as what it means, block by block", () => {
    const { lines, state } = play(formatted, started, token("# Title\n\nSome **bo"), token("ld** text\n\n* on"));
    expect(lines).toEqual(["answer: Title", "", "-: Some bold text"]);
    expect(openLines(state)).toEqual(["", "• on"]);
  });

  test("follows thinking that stays as it was written", () => {
    const { lines } = play(formatted, started, thinking("*Hm*"), token("*Four*"), ended);
    expect(lines).toEqual(["thinking: *Hm*", "", "answer: Four"]);
  });

  test("stays what it was where something is told in the middle of it", () => {
    const eviction = told({ type: "evicted", policy: "turns", turns: 0, tokens: 9 });
    const code = [
      token("```js\nlet a;\nlet"),
      { type: "resized", columns: 80, rows: 10 },
      eviction,
      token(" b;\n"),
    ] as const;
    const { lines, state } = play(formatted, started, ...code);
    expect(lines).toEqual([
      "answer: ┌─ js",
      "-: let a;",
      "",
      "note: 9 tokens left the window; the system prompt stays",
      "",
      "answer: let b;",
    ]);
    expect(state.outbox.at(-1)?.spans[0]).toEqual({ text: "let", styles: ["keyword"] });
  });

  test("has one blank line where something is told between its blocks", () => {
    const eviction = told({ type: "evicted", policy: "turns", turns: 0, tokens: 9 });
    const { lines } = play(formatted, started, token("one\n\n"), eviction, token("two"), ended);
    expect(lines.filter((line) => line === "")).toHaveLength(2);
    expect(lines.at(-1)).toBe("-: two");
  });

  test("of an earlier process is drawn as it was then; what was asked is not", () => {
    const texts = [
      { kind: "user", text: "**why**" },
      { kind: "thinking", text: "**hm**" },
      { kind: "answer", text: "**so**\n\n- a" },
    ] as const;
    const { lines } = play(formatted, { type: "recalled", texts });
    expect(lines).toEqual(["user: **why**", "", "thinking: **hm**", "", "answer: so", "", "-: • a"]);
  });
});

describe("the queue", () => {
  const type = (text: string): ChatAction => ({ type: "edited", edit: { type: "insert", text } });
  const queued = (text: string): ChatAction[] => [type(text), { type: "queued" }];
  const unqueued = (which: "next" | "newest" | "all"): ChatAction => ({ type: "unqueued", which });

  test.each<[string, ChatAction[], string[], string]>([
    ["takes what is in the editor", queued("one"), ["one"], ""],
    ["lets the oldest go", [...queued("one"), ...queued("two"), unqueued("next")], ["two"], ""],
    ["gives the newest back", [...queued("one"), ...queued("two"), unqueued("newest")], ["one"], "two"],
    [
      "gives all back before what is typed",
      [...queued("one"), ...queued("two"), type("three"), unqueued("all")],
      [],
      "one\n\ntwo\n\nthree",
    ],
    ["changes nothing where it is empty", [type("one"), unqueued("all"), unqueued("next")], [], "one"],
  ])("%s", (_name, actions, queue, text) => {
    expect(play(...actions).state).toMatchObject({ queue, editor: { text, history: expect.any(Array) } });
  });

  test("can be taken from the history, too", () => {
    expect(play(...queued("one")).state.editor.history).toEqual(["one"]);
  });
});

test("what is told of attachments goes with their names", () => {
  const notes = [{ name: "a.md", words: "1 B", isProblem: false }];
  const typed: ChatAction = { type: "edited", edit: { type: "insert", text: "@a.md" } };
  expect(play(typed, { type: "attached", notes }).state.attachments).toEqual(notes);
  expect(play(typed, { type: "attached", notes }, { type: "queued" }).state.attachments).toEqual([]);
});

describe("what else is told", () => {
  test("stands apart, an error with its hint together", () => {
    const { lines } = play(
      { type: "said", text: "a" },
      { type: "erred", message: "no room", hint: "Say less." },
      { type: "said", text: "b" },
    );
    expect(lines).toEqual(["user: a", "", "error: no room", "hint: Say less.", "", "user: b"]);
  });

  test.each([
    [{ tokens: 1, turns: 0 }, undefined, "note: 1 token left the window; the system prompt stays"],
    [{ tokens: 7, turns: 1 }, undefined, "note: 1 turn (7 tokens) left the window; the system prompt stays"],
    [
      { tokens: 1234, turns: 2 },
      "Hi",
      "note: 2 turns (1,234 tokens) left the window, up to “Hi”; the system prompt stays",
    ],
  ])("of an eviction %j up to %j: %s", (eviction, upTo, note) => {
    const { lines } = play(
      { type: "resized", columns: 200, rows: 10 },
      started,
      told({ type: "evicted", policy: "turns", ...eviction }, upTo),
    );
    expect(lines).toEqual([note]);
  });

  test("of an eviction in mid-answer comes between its lines", () => {
    const eviction = told({ type: "evicted", policy: "turns", turns: 0, tokens: 9 });
    const { lines } = play(started, token("before"), eviction, token("after"), ended);
    expect(lines).toEqual([
      "answer: before",
      "",
      "note: 9 tokens left the window; the system",
      "-: prompt stays",
      "",
      "answer: after",
    ]);
  });

  test("has no excerpt longer than a few words", () => {
    expect(excerpt("short\n text")).toBe("short text");
    expect(excerpt("x".repeat(100))).toBe(`${"x".repeat(31)}…`);
    expect(excerpt(`${"x".repeat(30)}👩‍💻 end`).isWellFormed()).toBe(true);
  });
});

describe("a session", () => {
  const saved = (problem: string | null): ChatAction =>
    told({ type: "saved", session: "trip", tokens: 1, blocks: 0, bytes: 1, problem });

  test("that is kept says nothing; one that cannot be is told, in mid-answer too", () => {
    expect(play(saved(null)).lines).toEqual([]);
    const { lines, state } = play(
      { ...resized, columns: 80 },
      started,
      token("half"),
      saved("The disk is full."),
      token("x"),
    );
    expect(lines).toEqual(["answer: half", "", "error: The disk is full. The chat goes on."]);
    expect(openLines(state)).toEqual(["x"]);
  });

  test("has its name in the status as soon as there is one", () => {
    const named: ChatAction = { type: "progressed", event: { type: "reused", tokens: 1 }, facts: { session: "trip" } };
    expect(play(ready, named, token("x")).state.status.session).toBe("trip");
    expect(play(ready, named, { type: "measured", facts: { session: "rome" } }).state.status.session).toBe("rome");
  });

  test("of an earlier process is printed as it was said", () => {
    const texts = [
      { kind: "user", text: "a" },
      { kind: "thinking", text: "b" },
      { kind: "answer", text: "c" },
      { kind: "user", text: "d" },
    ] as const;
    const { lines, state } = play({ type: "recalled", texts });
    expect(lines).toEqual(["user: a", "", "thinking: b", "", "answer: c", "", "user: d"]);
    expect(state.open).toBeUndefined();
  });
});

describe("the numbers of a turn", () => {
  test("grow while it is under way, and are the turn's own at its end", () => {
    const events: ConversationEvent[] = [
      { type: "evicted", policy: "turns", turns: 1, tokens: 30 },
      { type: "reused", tokens: 50 },
      { type: "prefill", done: 64, total: 100 },
      { type: "prefill", done: 100, total: 100 },
    ];
    const counts = [50, 100, 30];
    const during = play(started, ...events.map((event) => told(event))).state.status.turn;
    expect([during?.reused, during?.evaluated, during?.evicted]).toEqual(counts);
    const again = play(
      started,
      ...events.map((event) => told(event)),
      token("x"),
      told({ type: "prefill", done: 20, total: 20 }),
    );
    expect(again.state.status.turn?.evaluated).toBe(120);
    expect(play(started, ...events.map((event) => told(event)), done(), ended).state.status.turn?.evaluated).toBe(9);
  });

  test("of the turn before are gone when the next begins", () => {
    expect(play(started, done(), ended, started).state.status.turn).toMatchObject({ reused: 0, evaluated: 0 });
  });
});

describe("a hint", () => {
  const hinted: ChatAction = { type: "hinted", text: "word" };
  test.each<[string, ChatAction[], boolean]>([
    ["goes with the next key", [hinted, { type: "edited", edit: { type: "left" } }], false],
    ["goes with the next turn", [hinted, started], false],
    ["stays when an answer ends", [hinted, ended], true],
    ["stays while an answer comes", [started, hinted, token("x")], true],
  ])("%s", (_name, actions, isShown) => {
    expect(play(...actions).state.hint !== undefined).toBe(isShown);
  });
});

test("a model's name can send the terminal nothing either", () => {
  const model = "a\u001b[2J\nb";
  expect(initialChat(size, model).status.model).toBe("a␛[2J b");
  expect(play({ ...ready, model }).state.status.model).toBe("a␛[2J b");
});

test("another chat on the screen has no last turn", () => {
  const { state } = play(ready, started, token("Hi"), done(), ended);
  expect(state.status).toMatchObject({ tokensPerSecond: 7, turn: { reused: 12 } });
  const { status } = playFrom(state, { type: "resumed", isResumed: false }).state;
  expect([status.turn, status.tokensPerSecond, status.model]).toEqual([undefined, undefined, "m"]);
});
