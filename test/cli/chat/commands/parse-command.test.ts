// Which inputs are slash commands, by which names, and what is said of names that are none.
import { expect, test } from "vitest";
import { elsewhere } from "../../../../src/cli/chat/commands/elsewhere.ts";
import { describeUnknown, parseCommand } from "../../../../src/cli/chat/commands/parse-command.ts";

test.each([
  ["/help", "help", ""],
  ["/HELP", "help", ""],
  ["/?", "help", ""],
  ["?", "help", ""],
  ["/exit", "quit", ""],
  ["/bye", "quit", ""],
  ["/q", "quit", ""],
  ["exit", "quit", ""],
  ["Quit ", "quit", ""],
  [".exit", "quit", ""],
  ["/regenerate", "regen", ""],
  ["/retry 7", "regen", "7"],
  ["/reset", "clear", ""],
  ["/he", "help", ""],
  ["/exp chat.md", "export", "chat.md"],
  ["/set temp 1", "set", "temp 1"],
  ["/system Be brief.\nAnd kind.", "system", "Be brief.\nAnd kind."],
])("%j is /%s with %j", (line, name, argument) => {
  const parsed = parseCommand(line);
  expect({ name: parsed?.command?.name, argument: parsed?.argument }).toEqual({ name, argument });
});

test.each([
  "/no_think Why?",
  "/think Why?",
  "/think",
  "/usr/bin",
  "/usr/bin/x is what?",
  "/",
  "// comment",
  " /help",
  "say /help",
  "/2",
  "help",
  "exit code 3",
])("%j is a message", (line) => {
  expect(parseCommand(line)).toBeUndefined();
});

test.each([
  ["hlep", "No /hlep; did you mean /help?"],
  ["cleer", "No /cleer; did you mean /clear?"],
  ["exti", "No /exti; did you mean /exit?"],
  ["system-prompt", "No /system-prompt; did you mean /system?"],
  ["co", "/co may be /continue /copy"],
  ["read", "No /read: @file in a message attaches a text file"],
  ["models", "No /models: kvchat models lists and fetches them; /model takes another"],
  ["x", "No /x; /help lists the commands"],
  ["constructor", "No /constructor; /help lists the commands"],
  ["usr", "No /usr; /help lists the commands"],
])("/%s is none: %s", (name, said) => {
  expect(parseCommand(`/${name} hi`)).toMatchObject({ command: undefined, name });
  expect(describeUnknown(name)).toBe(said);
});

test("what is said of the commands of other chats fits a terminal, and each is none here", () => {
  for (const name of elsewhere.keys()) {
    expect(parseCommand(`/${name} x`)).toMatchObject({ command: undefined, name });
    expect(describeUnknown(name).length).toBeLessThan(80);
  }
});
