// The clock of the chat: frames are few while the model speaks, and soon where a key was pressed.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createChatStore } from "../../../src/cli/chat/chat-store.ts";
import { type ChatAction, initialChat } from "../../../src/cli/chat/state.ts";

const token: ChatAction = { type: "progressed", event: { type: "token", text: "a\n", tokens: 1 }, facts: {} };
const key: ChatAction = { type: "edited", edit: { type: "insert", text: "a" } };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open() {
  const frames: number[] = [];
  const printed: string[] = [];
  const store = createChatStore(initialChat({ columns: 40, rows: 10 }, "fake"), (lines) =>
    printed.push(...lines.map(({ text }) => text)),
  );
  const begun = performance.now();
  store.subscribe(() => frames.push(performance.now() - begun));
  /** Tokens of one second. */
  const speak = (perSecond: number) => {
    for (let count = 0; count < perSecond; count++) {
      store.dispatch(token);
      vi.advanceTimersByTime(1000 / perSecond);
    }
  };
  return { store, frames, printed, speak };
}

test("many tokens are one frame", () => {
  const { store, frames } = open();
  for (let count = 0; count < 50; count++) {
    store.dispatch(token);
    vi.advanceTimersByTime(2);
  }
  expect(frames.slice(0, 2)).toEqual([0, 34]);
});

test.each([
  [20, 19, 21],
  [60, 28, 31],
  [200, 11, 13],
  [300, 7, 9],
  [2000, 7, 9],
])("a second of %i tokens is %i to %i frames", (perSecond, least, most) => {
  const { frames, speak } = open();
  speak(perSecond);
  frames.length = 0;
  speak(perSecond);
  expect(frames.length).toBeGreaterThanOrEqual(least);
  expect(frames.length).toBeLessThanOrEqual(most);
});

test("where tokens come fast, a frame begins with one", () => {
  const { store, frames, speak } = open();
  speak(300);
  let isToken = false;
  const strays: number[] = [];
  store.subscribe(() => !isToken && strays.push(frames.length));
  for (let count = 0; count < 300; count++) {
    isToken = true;
    store.dispatch(token);
    isToken = false;
    vi.advanceTimersByTime(3);
  }
  expect(strays).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(strays).toHaveLength(1);
});

test("a key is seen within 8 ms, while the model speaks too", () => {
  const { store, frames } = open();
  store.dispatch(token);
  store.dispatch(token);
  vi.advanceTimersByTime(2);
  store.dispatch(key);
  vi.advanceTimersByTime(100);
  expect(frames).toEqual([0, 8]);
  store.dispatch(key);
  expect(frames).toHaveLength(3);
});

test.each<[string, ChatAction]>([
  ["a key", key],
  ["the end of an answer", { type: "turnEnded" }],
])("%s is seen within 8 ms, however fast tokens come", (_name, action) => {
  const { store, frames, speak } = open();
  speak(300);
  const before = frames.length;
  store.dispatch(action);
  vi.advanceTimersByTime(8);
  expect(frames).toHaveLength(before + 1);
});

test("each line is printed once, and all of them", () => {
  const { store, printed, speak } = open();
  speak(300);
  store.dispatch({ type: "turnEnded" });
  store.flush();
  store.flush();
  expect(printed).toEqual(new Array(300).fill("a"));
});
