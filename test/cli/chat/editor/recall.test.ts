// What is drawn of a chat that was said in an earlier process.
import { describe, expect, test } from "vitest";
import { createChatStore } from "../../../../src/cli/chat/chat-store.ts";
import { drawKept, recall, recalledTexts } from "../../../../src/cli/chat/editor/recall.ts";
import { initialChat, type TranscriptLine } from "../../../../src/cli/chat/state.ts";
import type { KeptMessage } from "../../../../src/session/conversation-api.ts";

const message: KeptMessage = {
  role: "user",
  content: "",
  thinking: "",
  evicted: false,
  state: "complete",
  stopReason: null,
};
const user = (content: string, evicted = false): KeptMessage => ({ ...message, content, evicted });
const answer = (content: string, more: Partial<KeptMessage> = {}): KeptMessage => ({
  ...message,
  role: "assistant",
  content,
  stopReason: "stop",
  ...more,
});

const shown = (messages: readonly KeptMessage[]) => recalledTexts(messages).map(({ kind, text }) => `${kind}: ${text}`);

test("a question with files is shown, and can be recalled, as it was typed", async () => {
  const content = "File a.md:\n```\ntext\n```\n\nSum up @a.md";
  expect(shown([user(content), answer("One.")])[0]).toBe("user: Sum up @a.md");
  const store = createChatStore(initialChat({ columns: 40, rows: 10 }, "fake"), () => {});
  await recall(store, [user(content), answer("One.")]);
  expect(store.getState().editor.history).toEqual(["Sum up @a.md"]);
});

test("a chat goes on, a branch that is gone over to does not", async () => {
  const store = createChatStore(initialChat({ columns: 40, rows: 10 }, "fake"), () => {});
  await drawKept(store, [user("ask"), answer("One.")]);
  expect(store.getState().isResumed).toBe(false);
  await recall(store, [user("ask"), answer("One.")]);
  expect(store.getState().isResumed).toBe(true);
  await recall(store, []);
  expect(store.getState().isResumed).toBe(false);
});

describe("what was said", () => {
  test("is there as it was, thinking apart, blank space around it gone", () => {
    const said = [user("ask"), answer("\n\nOne.\n", { thinking: "\nHm.\n\n" }), user("more"), answer("Two.")];
    expect(shown(said)).toEqual(["user: ask", "thinking: Hm.", "answer: One.", "user: more", "answer: Two."]);
  });

  test("without an answer at the end is left to the input", () => {
    expect(shown([user("ask"), answer("One."), user("more")])).toEqual(["user: ask", "answer: One."]);
    expect(shown([user("ask")])).toEqual([]);
  });

  test.each<[Partial<KeptMessage>, string]>([
    [{ state: "partial", stopReason: null }, "cut off when the process ended; /continue goes on"],
    [{ stopReason: "interrupted" }, "stopped; /continue goes on"],
    [{ stopReason: "length" }, "ended at the limit of tokens; /continue goes on"],
    [{ stopReason: "context" }, "ended: the context is full"],
  ])("%j says how it ended", (how, note) => {
    expect(shown([user("ask"), answer("One", how)])).toEqual(["user: ask", "answer: One", `note: ${note}`]);
  });

  test("only the last answer can go on", () => {
    const said = [user("ask"), answer("One", { stopReason: "length" }), user("more"), answer("Two.")];
    expect(shown(said)[2]).toBe("note: ended at the limit of tokens");
    const stopped = [user("ask"), answer("One", { stopReason: "interrupted" }), user("more"), answer("Two.")];
    expect(shown(stopped)[2]).toBe("note: stopped; what was said is kept");
  });

  test("in more than one way is counted", () => {
    const said = [
      { ...user("ask"), siblings: [1, 5], siblingIndex: 1 },
      answer("One", { siblings: [6, 7, 8], siblingIndex: 0 }),
    ];
    expect(shown(said).at(-1)).toBe("note: question 2/2, answer 1/3; /branch lists them");
    expect(shown([user("ask"), answer("One", { siblings: [6], siblingIndex: 0 })])).toHaveLength(2);
  });

  test("outside of the window is marked, each stretch of it", () => {
    const turn = (text: string, evicted: boolean) => [user(text, evicted), answer(text, { evicted })];
    const said = [turn("a", true), turn("b", true), turn("c", false), turn("d", true), turn("e", false)].flat();
    const marks = shown(said).map((line, index) => [index, line] as const);
    expect(marks.filter(([, line]) => line.startsWith("note"))).toEqual([
      [4, "note: the 2 turns above left the window: the model no longer sees them"],
      [9, "note: the turn above left the window: the model no longer sees it"],
    ]);
  });

  test("outside of the window up to the end is marked, too", () => {
    expect(shown([user("a", true), answer("b", { evicted: true })]).at(-1)).toContain("the turn above left the window");
  });
});

describe("drawing it", () => {
  function draw(messages: readonly KeptMessage[]) {
    const lines: TranscriptLine[] = [];
    const store = createChatStore(initialChat({ columns: 80, rows: 24 }, "m"), (final) => lines.push(...final));
    return { store, lines, drawn: recall(store, messages) };
  }

  test("lets keys be heard in between, and loses nothing", async () => {
    const messages = Array.from({ length: 2500 }, (_, index) => [
      user(`q${index}`),
      answer(`a${index} ${"w ".repeat(99)}`),
    ]);
    const { store, lines, drawn } = draw(messages.flat());
    let typed = 0;
    const typing = setInterval(() => {
      typed++;
      store.dispatch({ type: "edited", edit: { type: "insert", text: "x" } });
    }, 0);
    await drawn;
    clearInterval(typing);
    store.flush();
    expect(typed).toBeGreaterThan(1);
    expect(store.getState().editor.text).toBe("x".repeat(typed));
    const questions = lines.filter(({ kind, text }) => kind === "user" && text !== "").map(({ text }) => text);
    expect(questions).toEqual(Array.from({ length: 2500 }, (_, index) => `q${index}`));
  });

  test("lets earlier questions be recalled in the input", async () => {
    const { store, drawn } = draw([user("first"), answer("One."), user("second"), answer("Two.")]);
    await drawn;
    store.dispatch({ type: "edited", edit: { type: "up", columns: 70 } });
    expect(store.getState().editor.text).toBe("second");
  });

  test("cannot send the terminal anything but text", async () => {
    const { store, lines, drawn } = draw([user("a\u001b[2J"), answer("b\u009bc", { thinking: "\u001b]0;t\u0007" })]);
    await drawn;
    store.flush();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(lines.map(({ text }) => text).join("\n")).not.toMatch(/[\u001b\u0007\u009b]/);
  });
});
