// What the line under the input says in each state, in wide terminals and in narrow ones.
import { expect, test } from "vitest";
import { emptyEditor } from "../../../../src/cli/chat/editor/editor.ts";
import { fitSegments } from "../../../../src/cli/chat/editor/segments.ts";
import { hintWordings } from "../../../../src/cli/chat/panels/status-hints.ts";
import { type ChatState, initialChat, type StatusFacts } from "../../../../src/cli/chat/state.ts";

const tokens = { prompt: 9, reused: 0, evaluated: 9, evicted: 0, generated: 3 };
const said: Partial<ChatState> = {
  figures: [{ firstTokenMs: 1, prefillPerSecond: 1, decodePerSecond: 1, tokens }],
};
const typed = (text: string): Partial<ChatState> => ({ ...said, editor: { ...emptyEditor, text } });
const cache = {
  contextSize: 512,
  used: 470,
  usedBytes: 1,
  system: 9,
  turn: 90,
  evicted: 0,
  windowPolicy: "turns" as const,
};

function hint(changes: Partial<ChatState>, status: Partial<StatusFacts>, columns: number): string {
  const chat = initialChat({ columns: 80, rows: 24 }, "m");
  const state = { ...chat, ...changes, status: { ...chat.status, ...status } };
  return fitSegments([{ wordings: hintWordings(state), weight: 1 }], columns);
}

test.each<[string, Partial<ChatState>, Partial<StatusFacts>, string, string]>([
  ["at first", {}, {}, "Enter sends · Alt-Enter makes a new line · Ctrl-D leaves", "Enter sends · Ctrl-D leaves"],
  [
    "after a turn",
    said,
    {},
    "/help lists the commands · /cache shows the cache · Ctrl-D leaves",
    "/help · /cache · Ctrl-D leaves",
  ],
  [
    "loading",
    {},
    { loading: { stage: "model", fraction: 0.1 } },
    "Loading; what you write waits for the model",
    "Loading; you can write already",
  ],
  [
    "resumed",
    { isResumed: true },
    {},
    "Goes on where it ended · /cache shows what came back · Up recalls",
    "Goes on where it ended · Up recalls",
  ],
  [
    "where there are other versions",
    { isResumed: true },
    { version: "2/3" },
    "Version 2/3: Alt-P and Alt-N go to the others",
    "2/3 · Alt-P, Alt-N",
  ],
  ["a word to the user", { hint: "No /x" }, {}, "No /x", "No /x"],
  ["typing", typed("Why"), {}, "Enter sends · Alt-Enter makes a new line", "Enter sends"],
  [
    "a command",
    typed("/set temp 1"),
    {},
    "/set [key value]: show or set how tokens are chosen, thinking, lengths",
    "show or set how tokens are chosen, thi…",
  ],
  [
    "the beginning of a command",
    typed("/ca"),
    {},
    "/cache: what is in the KV cache, and what leaves it next",
    "what is in the KV cache, and what leav…",
  ],
  ["an alias", typed("/exit"), {}, "/quit: leave; so do exit, /bye and Ctrl-D", "leave; so do exit, /bye and Ctrl-D"],
  [
    "a question mark",
    typed("?"),
    {},
    "/help [topic]: what there is to do; also keys, commands, one of them",
    "what there is to do; also keys, comman…",
  ],
  ["none", typed("/hlep"), {}, "No /hlep; did you mean /help?", "No /hlep; did you mean /help?"],
  ["nothing near", typed("/usr"), {}, "No /usr; /help lists the commands", "No /usr; /help lists the commands"],
  [
    "a path",
    typed("/usr/bin"),
    {},
    "Enter sends it as a message: it is no command",
    "Enter sends it as a message: it is no …",
  ],
  [
    "a switch of the model's",
    typed("/no_think Why?"),
    {},
    "Enter sends it as a message: it is no command",
    "Enter sends it as a message: it is no …",
  ],
  [
    "a text between marks",
    { ...typed('/system """Be'), phase: "answering" },
    {},
    'Enter makes a new line until """ ends the text',
    '""" ends the text',
  ],
  ["waiting", { phase: "waiting" }, {}, "Esc stops and keeps what was said", "Esc stops and keeps what was said"],
  [
    "typing meanwhile",
    { ...typed("and"), phase: "answering" },
    {},
    "Enter sends it after the answer · Esc stops",
    "Enter sends it after this",
  ],
  [
    "waiting for the end of the answer",
    { phase: "answering", queue: ["and"] },
    {},
    "Sent after the answer · Up takes it back · Esc stops",
    "Up takes it back · Esc stops",
  ],
  [
    "answering when nearly full",
    { phase: "answering" },
    { cache },
    "Esc stops · 92% full: the oldest turns leave next",
    "Esc stops",
  ],
  [
    "stopping",
    { phase: "answering", isStopping: true },
    {},
    "Stopping; what was said is kept",
    "Stopping; what was said is kept",
  ],
  [
    "nearly full",
    said,
    { cache },
    "92% full: the oldest turns leave next · /cache shows what",
    "92% full: the oldest turns leave next",
  ],
  [
    "nearly full, by stop",
    said,
    { cache: { ...cache, windowPolicy: "stop" } },
    "92% full: answers end when it is full · /cache shows what",
    "92% full: answers end when it is full",
  ],
])("%s", (_name, changes, status, wide, narrow) => {
  expect(hint(changes, status, 79)).toBe(wide);
  expect(hint(changes, status, 39)).toBe(narrow);
});

test("the beginning of a command lists those that begin so", () => {
  expect(hint(typed("/s"), {}, 79)).toMatch(/^\/system \/set/);
  expect(hint(typed("/"), {}, 39)).toMatch(/^(\/[a-z]+ ){3}…$/);
});
