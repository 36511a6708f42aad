// Every way out of a chat with the built binary: the terminal is as it was, the answer so far is kept, the exit code is right.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openChat } from "../helpers/binary.ts";
import { tempFolder } from "../helpers/temp-folder.ts";
import type { TerminalModes, TerminalSession } from "../helpers/terminal.ts";

const ready = " 0/1,024";
const untouched: TerminalModes = { isCursorShown: true, pastesInBrackets: false, wrapsLines: true };
/** A shell around the chat, that looks at the terminal before and after. */
const script = `stty -a > before; sh -c 'echo $$ > pid; exec "$0" "$@"' "$0" "$@"; echo "code $?" > code; stty -a > after`;

interface WatchedChat {
  readonly session: TerminalSession;
  /** What the shell saw; empty before that. */
  read(name: "before" | "after" | "pid" | "code"): string;
}

function openWatchedChat(): WatchedChat {
  const home = tempFolder();
  const session = openChat({ home, script, env: { PATH: process.env.PATH ?? "" } });
  return { session, read: (name) => readFileSync(join(home, name), "utf8").trim() };
}

function expectAsBefore({ session, read }: WatchedChat): void {
  expect(read("before")).toContain("icanon");
  expect(read("after")).toBe(read("before"));
  expect(session.modes()).toEqual(untouched);
}

test("a chat takes the terminal, so that there is something to give back", async () => {
  const { session } = openWatchedChat();
  await session.waitFor(ready);
  expect(session.modes()).toEqual({ isCursorShown: false, pastesInBrackets: true, wrapsLines: true });
});

describe("by a key or a command", () => {
  test.each([
    ["Ctrl-D", "\u0004"],
    ["Ctrl-C twice at an empty prompt", "\u0003\u0003"],
    ["/quit", "/quit\r"],
  ])("%s", async (_name, keys) => {
    const chat = openWatchedChat();
    await chat.session.waitFor(ready);
    chat.session.type(keys);
    await chat.session.exit;
    expect(chat.read("code")).toBe("code 0");
    expectAsBefore(chat);
    expect(chat.session.text()).not.toContain("/1,024");
  });

  test("/quit in mid-answer keeps what was said", async () => {
    const chat = openWatchedChat();
    await chat.session.waitFor(ready);
    chat.session.type("List fifty animals, one a line.\r");
    await chat.session.waitFor(/^2\. /m);
    chat.session.type("/quit\r");
    await chat.session.exit;
    expect(chat.read("code")).toBe("code 0");
    expect(chat.session.text()).toMatch(/^1\. \S/m);
    expectAsBefore(chat);
  });

  test("Ctrl-D while the model still loads", async () => {
    const chat = openWatchedChat();
    await chat.session.waitFor("› ");
    chat.session.type("\u0004");
    await chat.session.exit;
    expect(chat.read("code")).toBe("code 0");
    expectAsBefore(chat);
  });
});

describe("by a signal in mid-answer", () => {
  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 143],
    ["SIGQUIT", 143],
  ] as const)("%s keeps what was said and exits %i", async (signal, code) => {
    const chat = openWatchedChat();
    await chat.session.waitFor(ready);
    chat.session.type("List fifty animals, one a line.\r");
    await chat.session.waitFor(/^2\. /m);
    chat.session.type("half typed");
    await chat.session.waitFor("half typed");
    process.kill(Number(chat.read("pid")), signal);
    await chat.session.exit;
    expect(chat.read("code")).toBe(`code ${code}`);
    expectAsBefore(chat);
    expect(chat.session.text()).toMatch(/^1\. \S/m);
    expect(chat.session.text()).not.toMatch(/half typed|\/1,024/);
  });
});

test("by a kill that nothing can catch the cursor is shown again, and lines wrap", async () => {
  const chat = openWatchedChat();
  await chat.session.waitFor(ready);
  process.kill(Number(chat.read("pid")), "SIGKILL");
  await chat.session.waitFor(() => chat.session.modes().isCursorShown && chat.session.modes().wrapsLines);
});

test("Ctrl-Z gives the terminal to the shell, and fg brings the chat back with what was typed", async () => {
  const home = tempFolder();
  const shell = 'stty -a > before; export CHAT="$0" ARGS="$*"; exec bash --norc -i';
  const session = openChat({ home, script: shell, env: { PATH: process.env.PATH ?? "", PS1: "shell " } });
  await session.waitFor("shell");
  session.type('"$CHAT" $ARGS\r');
  await session.waitFor(ready);
  session.type("half typed");
  await session.waitFor("› half typed");
  session.type("\u001a");
  await session.waitFor((screen) => screen.trimEnd().endsWith("shell") && !screen.includes("half typed"));
  session.type("stty -a > after; echo looked\r");
  await session.waitFor(/^looked$/m);
  const read = (name: string) => readFileSync(join(home, name), "utf8");
  expect(read("after")).toBe(read("before"));
  expect(session.modes()).toMatchObject({ isCursorShown: true, wrapsLines: true });
  session.type("fg\r");
  await session.waitFor("› half typed");
  session.type("!");
  await session.waitFor("› half typed!");
  session.type("\u0003\u0004");
  await session.waitFor((screen) => screen.trimEnd().endsWith("shell"));
});
