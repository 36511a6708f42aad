// Sessions in a terminal with the built binary on a real model: what a chat leaves behind, and how the next one takes it up.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ChatOptions, openChat } from "../helpers/binary.ts";
import { openStore, sessionOf } from "../helpers/store.ts";
import { facts } from "../helpers/store-facts.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const ready = / 0\/1,024|\b0%/;
const esc = "\u001b";

/** One user: chats of the same home see the same sessions. */
function newUser() {
  const home = tempFolder();
  const data = join(home, "data");
  const env = { XDG_DATA_HOME: data, XDG_CACHE_HOME: join(home, "cache"), PATH: process.env.PATH ?? "" };
  return {
    home,
    /** The store as `kvchat` of this user has it. */
    store: () => openStore(join(data, "kvchat")),
    open: (args: readonly string[], more: ChatOptions = {}) => openChat({ args, home, env, ...more }),
  };
}

type User = ReturnType<typeof newUser>;

async function leave(chat: ReturnType<User["open"]>): Promise<void> {
  chat.type("\u0004");
  expect(await chat.exit).toMatchObject({ exitCode: 0 });
}

describe.each([
  [80, 24],
  [40, 10],
])("in a terminal of %i×%i", (columns, rows) => {
  test("a chat that was left is drawn again, and goes on from its cache", async () => {
    const user = newUser();
    const first = user.open(["-n", "6", "--session", "trip"], { columns, rows });
    await first.waitFor(ready);
    first.type("Say hello.\r");
    await first.waitFor("ended at the limit");
    const answer = first.text().match(/› Say hello\.\n\n(\S[^\n]*)/)?.[1] ?? "";
    await leave(first);
    expect(first.text().trimEnd()).toMatch(/\nTo go on: kvchat run --resume trip$/);

    const again = user.open(["-n", "6", "--resume", "trip"], { columns, rows });
    const reused = /resumed: ([1-9]\d*) tokens\s+reused/;
    const screen = await again.waitFor((shown) => reused.test(shown) && shown.includes("/1,024"));
    const note = "· ended at the limit of tokens; /continue goes on · resumed";
    expect(again.text().replaceAll(/\s+/g, " ")).toContain(`› Say hello. ${answer.replaceAll(/\s+/g, " ")} ${note}`);
    const tokens = reused.exec(screen)?.[1];
    again.type("Again.\r");
    const counts = columns < 80 ? `${tokens} kept` : `reused ${tokens}`;
    await again.waitFor((shown) => shown.includes(`${counts} ·`) && shown.includes("0 out") === columns < 80);
    await leave(again);
  });

  test("the picker finds, moves and takes, and leaves nothing on screen", async () => {
    const user = newUser();
    const store = user.store();
    for (let index = 0; index < 300; index++)
      sessionOf(store, [`旅行 ${index} 你好`, "蓝色的天空 ".repeat(9)], { ...facts, name: `旅行计划 👩‍💻 ${index}` });
    sessionOf(store, ["Where?", "Here."], { ...facts, model: "smollm2", modelPath: "", settings: {}, name: "rome" });
    const chat = user.open(["--resume"], { columns, rows });
    await chat.waitFor(/› rome +1 turn/);
    chat.type(`${esc}[B${esc}[B`);
    await chat.waitFor(/› 旅行计划 👩‍💻 298 /);
    for (const line of chat.screen()) expect(line.length).toBeLessThan(columns);
    chat.type("rom");
    await chat.waitFor(/Go on with: rom\s+› rome [\s\S]*\s+1 of 301/);
    chat.type("\r");
    await chat.waitFor("resumed: 0 tokens");
    expect(chat.text()).toMatch(/^› Where\?\n\nHere\.\n\n· resumed: 0 tokens reused, \d+ to be/m);
    expect(chat.text()).not.toMatch(/Go on with|旅行/);
    await leave(chat);
  });
});

test.each([
  ["Esc", esc],
  ["Ctrl-C", "\u0003"],
  ["Ctrl-D", "\u0004"],
])("the picker left by %s ends in 130 without a word, the terminal as it was", async (_name, key) => {
  const user = newUser();
  sessionOf(user.store(), ["x", "y"], { ...facts, name: "rome" });
  const script = 'stty -a > before; "$0" "$@"; echo "code $?"; stty -a | cmp - before && echo same';
  const chat = user.open(["--resume"], { script });
  await chat.waitFor("› rome");
  // The terminal's answer to a question of the first frame would make another key of an Esc.
  chat.type("r");
  await chat.waitFor("Go on with: r");
  chat.type(key);
  await chat.exit;
  expect(chat.text().trim()).toBe("code 130\nsame");
  expect(chat.modes()).toEqual({ isCursorShown: true, pastesInBrackets: false, wrapsLines: true });
});

test("a chat that was killed in mid-answer has its finished turns and what was said of the last", async () => {
  const user = newUser();
  const chat = user.open(["--session", "trip", "-n", "400"]);
  await chat.waitFor(ready);
  chat.type("List three colours.\r");
  await chat.waitFor(/List three colours[\s\S]*evicted 0/);
  chat.type("List fifty animals, one a line.\r");
  // The first answer counts colours.
  const second = () => user.store().load(user.store().find("trip").id).messages[3];
  await expect.poll(() => second()?.content ?? "", { timeout: 60_000 }).toMatch(/2\. \w+/);
  expect(second()).toMatchObject({ state: "partial" });
  chat.kill("SIGKILL");
  await chat.exit;
  const kept = user.store().load(user.store().find("trip").id).messages;

  const again = user.open(["--continue", "-n", "4"]);
  await again.waitFor("resumed: ");
  const squeezed = again.text().replaceAll(/\s/g, "");
  for (const { content } of kept) expect(squeezed).toContain(content.replaceAll(/\s/g, ""));
  expect(again.text()).toContain("· cut off when the process ended; /continue goes on");
  again.type("Go on.\r");
  await again.waitFor("ended at the limit of 4 tokens");
  await leave(again);
});

test("a question whose answer had not begun when the chat was killed is in the input again", async () => {
  const user = newUser();
  const chat = user.open(["--session", "trip", "-c", "4096", "-n", "4"]);
  await chat.waitFor("0/4,096");
  chat.type(`${esc}[200~${"word ".repeat(3000)}end${esc}[201~`);
  await chat.waitFor("[Pasted 15,003 characters");
  chat.type("\r");
  await chat.waitFor(/reading [\d,]+ of/);
  chat.kill("SIGKILL");
  await chat.exit;
  const again = user.open(["--resume", "trip", "-c", "4096"]);
  await again.waitFor(/⋮ word[\s\S]*word\s+end\s+Enter sends[\s\S]* 0\/4,096/);
  expect(again.text()).not.toContain("cut off");
});

test("a second terminal on the same session is told, and offered a copy or to read", async () => {
  const user = newUser();
  const first = user.open(["--session", "my trip"]);
  await first.waitFor(ready);
  const second = user.open(["--resume", "my trip"]);
  await second.waitFor(
    /^The session "my trip" is open in process \d+\.$\n› Go on in a copy of it\n {2}Read it\n {2}Leave$/m,
  );
  second.type("\r");
  await second.waitFor(/ · my trip-2$/m);
  await leave(second);
  await leave(first);
});

test("slash commands name it, copy it and go over to another, the cache with them", async () => {
  const user = newUser();
  const chat = user.open(["-n", "4"]);
  await chat.waitFor(ready);
  chat.type("Say hello.\r");
  await chat.waitFor(/· say-hello$/m);
  await chat.waitFor("ended at the limit");
  const steps: [string, RegExp][] = [
    ["/save 旅行 🐈", /this chat is "旅行 🐈" now[\s\S]* · 旅行 🐈$/m],
    ["/fork", /goes on in "旅行 🐈-2", a copy of "旅行 🐈"; nothing is evaluated again/],
    ["Again.", /› Again\.[\s\S]*ended at the limit/],
    ["/sessions", /^ {2}› 旅行 🐈-2 +2 turns/m],
    ["/resume 旅行 🐈", /goes on with "旅行 🐈"\n\n› Say hello\.[\s\S]*resumed: [1-9]\d* tokens reused\n/],
  ];
  for (const [line, wanted] of steps) {
    chat.type(`${line}\r`);
    await chat.waitFor(wanted);
  }
  await leave(chat);
});

test("a chat with --no-save leaves nothing, and says so to who would name it", async () => {
  const user = newUser();
  const chat = user.open(["-n", "4", "--no-save"]);
  await chat.waitFor(ready);
  chat.type("Say hello.\r");
  await chat.waitFor("ended at the limit");
  chat.type("/save trip\r");
  await chat.waitFor("this chat is not kept\nIt was begun with --no-save");
  await leave(chat);
  expect(chat.text()).not.toContain("To go on");
  expect(user.store().list()).toEqual([]);
});
