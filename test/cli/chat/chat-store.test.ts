// The clock of the chat: frames are few while the model speaks, and soon where a key was pressed.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createChatStore } from "../../../src/cli/chat/chat-store.ts";
import { type ChatAction, initialChat } from "../../../src/cli/chat/state.ts";

const token: ChatAction = { type: "progressed", event: { type: "token", text: "a", tokens: 1 }, facts: {} };
const key: ChatAction = { type: "edited", edit: { type: "insert", text: "a" } };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open() {
  const frames: number[] = [];
  const store = createChatStore(initialChat({ columns: 40, rows: 10 }, "fake"), () => {});
  const begun = performance.now();
  store.subscribe(() => frames.push(performance.now() - begun));
  return { store, frames };
}

test("many tokens are one frame", () => {
  const { store, frames } = open();
  for (let count = 0; count < 100; count++) {
    store.dispatch(token);
    vi.advanceTimersByTime(1);
  }
  expect(frames).toEqual([0, 34, 68]);
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
