// The slash commands for sessions on a scripted conversation: what they say, and what they do.
import { describe, expect, test } from "vitest";
import { describeSessions } from "../../../../src/cli/chat/commands/session-commands.ts";
import type { CommandContext } from "../../../../src/cli/chat/commands/slash-command.ts";
import type { ChatSessions } from "../../../../src/session/conversation-api.ts";
import { SessionOpenError } from "../../../../src/session/store/session-lock.ts";
import type { SessionSummary } from "../../../../src/session/store/session-record.ts";
import { FakeConversation } from "../../../helpers/fake-conversation.ts";
import { runCommand } from "../../../helpers/run-command.ts";

const told = { thinking: "", evicted: false, state: "complete" } as const;
const others = {
  rome: [
    { ...told, role: "user", content: "Where?", stopReason: null },
    { ...told, role: "assistant", content: "Here.", stopReason: "stop" },
  ],
} as const;

/** What a typed command said and did; a KvchatError as the chat tells it. */
async function run(line: string, session: string | null = "trip") {
  const conversation = new FakeConversation({ answers: [], session: session ?? undefined, others });
  const said = await runCommand(line, conversation, { columns: 60 });
  return { said, name: conversation.session };
}

test.each<[string, string[], string | null]>([
  ["/save", ['this chat is "trip", saved as it happens; /save name gives it another name'], "trip"],
  ["/save by sea", ['this chat is "by sea" now'], "by sea"],
  ["/save rome", ['There is a session "rome" already.\nTake another.'], "trip"],
  [
    "/new",
    [
      'a new chat begins, with the same system prompt and settings; "trip" stays: /resume trip goes on with it',
      "recalled: ",
    ],
    null,
  ],
  [
    "/new by sea",
    [
      'a new chat "by sea" begins, with the same system prompt and settings; "trip" stays: /resume trip goes on with it',
      "recalled: ",
    ],
    "by sea",
  ],
  ["/fork", ['goes on in "trip-2", a copy of "trip"; nothing is evaluated again'], "trip-2"],
  ["/fork by sea", ['goes on in "by sea", a copy of "trip"; nothing is evaluated again'], "by sea"],
  ["/resume rome", ['goes on with "rome"', "recalled: Where? Here.", "resumed: 40 tokens reused"], "rome"],
  ["/resume", [], "trip"],
  ["/resume paris", ['There is no session "paris".\nNone was saved yet.'], "trip"],
])("%s says %j", async (line, said, name) => {
  expect(await run(line)).toEqual({ said, name });
});

test("/resume alone lets the user choose among the others", async () => {
  const conversation = new FakeConversation({ answers: [], session: "trip", others });
  const shown: string[] = [];
  const said = await runCommand("/resume", conversation, {
    ask: async ({ kind, state }) => {
      if (kind === "picker") shown.push(...state.sessions.map(({ name }) => name));
      return "rome";
    },
  });
  expect(shown).toEqual(["rome"]);
  expect(said).toEqual(['goes on with "rome"', "recalled: Where? Here.", "resumed: 40 tokens reused"]);
});

test("/resume alone needs another chat", async () => {
  const conversation = new FakeConversation({ answers: [], session: "trip" });
  expect(await runCommand("/resume", conversation)).toEqual([
    "there is no other chat\nkvchat run begins one, and each is kept.",
  ]);
});

test.each([
  ["copy", ['goes on with "rome"', "recalled: Where? Here.", "resumed: 40 tokens reused"]],
  ["stay", []],
  [undefined, []],
])("/resume of a chat that is open elsewhere offers a copy: %s", async (answer, said) => {
  const conversation = new FakeConversation({ answers: [], session: "trip", others });
  const { sessions } = conversation as { sessions: ChatSessions };
  const goOver = sessions.goOver.bind(sessions);
  sessions.goOver = async (name, options) => {
    if (!options?.asCopy) throw new SessionOpenError('The session "rome" is open in process 7.', { hint: "" });
    return goOver(name);
  };
  const asked: string[] = [];
  const ask: CommandContext["ask"] = async ({ kind, state }) => {
    if (kind === "choice") asked.push(state.question);
    return answer;
  };
  expect(await runCommand("/resume rome", conversation, { ask })).toEqual(said);
  expect(asked).toEqual(['The session "rome" is open in process 7.']);
});

test.each(["/sessions", "/save x", "/fork", "/new", "/resume rome"])(
  "%s without a kept chat says what to do",
  async (line) => {
    const { said } = await run(line, null);
    expect(said).toEqual([
      "this chat is not kept\nIt was begun with --no-save; kvchat run without it keeps every chat.",
    ]);
  },
);

describe("/sessions", () => {
  test("lists the newest and marks this one", async () => {
    const { said } = await run("/sessions");
    expect(said).toEqual(["the newest chats:\n› trip  1 turn, now  …\n  rome  1 turn, 1 min  …"]);
  });

  test("fits wide names and many sessions into the columns", () => {
    const summary = (index: number): SessionSummary => ({
      id: `${index}`,
      name: `旅行计划 ${index}`,
      model: "m",
      turns: index,
      messages: 2 * index,
      excerpt: "蓝色的天空".repeat(9),
      created: 0,
      updated: 0,
    });
    const list = describeSessions(
      Array.from({ length: 300 }, (_, index) => summary(index)),
      {
        current: null,
        columns: 36,
        now: 7_200_000,
      },
    );
    expect(list.split("\n").slice(1, 3)).toEqual([
      "  旅行计划 0  0 turns, 2 h  蓝色的…",
      "  旅行计划 1  1 turn, 2 h  蓝色的天…",
    ]);
    expect(list.split("\n").at(-1)).toBe("and 290 more: kvchat sessions");
  });
});
