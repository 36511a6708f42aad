// A chat with the built binary on a real model, in a real pseudo-terminal: what is typed, what is shown, what is kept.
import { describe, expect, test } from "vitest";
import { greedy, openChat, runBinary } from "../helpers/binary.ts";

const esc = "\u001b";
const ready = / 0\/1,024|\b0%/;
/** Answered with a list that goes on and on, each line another. */
const endless = "List fifty animals, one a line.";

/** Text without its spaces and line feeds: what is left is the same at any width. */
function squeezed(text: string): string {
  return text.replaceAll(/\s/g, "");
}

describe.each([
  [80, 24],
  [40, 10],
])("in a terminal of %i×%i", (columns, rows) => {
  test("an answer streams, and is that of the pipe", async () => {
    const limit = ["-n", "60"];
    const session = openChat({ args: limit, columns, rows });
    await session.waitFor(ready);
    session.type(`${endless}\r`);
    await session.waitFor((screen) => screen.includes("2. ") && !screen.includes("ended at"));
    await session.waitFor("ended at the limit of 60 tokens");
    const { stdout } = runBinary(["run", "-p", endless, "-c", "1024", ...limit, ...greedy]);
    const [, shown = ""] = squeezed(session.text()).split(squeezed(`› ${endless}`));
    expect(shown.split("·ended")[0]).toBe(squeezed(stdout));
  });

  test("the status tells model, speed, cache and what a turn took", async () => {
    const session = openChat({ args: ["-n", "4"], columns, rows });
    await session.waitFor(ready);
    session.type("Say hello.\r");
    await session.waitFor("ended at the limit of 4 tokens");
    session.type("Again.\r");
    const counts =
      columns < 80 ? /[1-9]\d* kept · [1-9]\d* new · 0 out/ : /reused [1-9]\d* · evaluated [1-9]\d* · evicted 0/;
    const screen = await session.waitFor((shown) => counts.test(shown) && (shown.match(/ended at/g)?.length ?? 0) > 0);
    expect(screen).toMatch(/smollm2 · CPU · .*[KM]iB( · say-hello)?$/m);
    for (const line of session.screen()) expect(line.length).toBeLessThan(columns);
  });
});

describe("the input", () => {
  test("takes lines by Alt-Enter and a backslash, and sends them as one message", async () => {
    const session = openChat({ args: ["-n", "4"] });
    await session.waitFor(ready);
    session.type(`Say${esc}\rhello\\\rto me`);
    await session.waitFor("› Say\n  hello\n  to me\n");
    session.type("\r");
    const screen = await session.waitFor("ended at the limit");
    expect(screen).toContain("› Say\n  hello\n  to me\n\n");
    expect(screen.match(/ended at/g)).toHaveLength(1);
  });

  test("keeps what is pasted until Enter", async () => {
    const session = openChat({ args: ["-n", "4"] });
    await session.waitFor(ready);
    session.type(`${esc}[200~Say\rhello\nnow\n${esc}[201~`);
    const screen = await session.waitFor("› Say\n  hello\n  now\n");
    expect(screen).toMatch(ready);
    session.type("\r");
    await session.waitFor("ended at the limit");
  });

  test("moves over wide characters, emoji and combining marks as a whole", async () => {
    const session = openChat({ args: ["-n", "4"] });
    await session.waitFor(ready);
    session.type("你好 👋🏽 e\u0301x");
    await session.waitFor("› 你好 👋🏽 e\u0301x");
    session.type(`${esc}[D\u007f${esc}[D\u007f`);
    await session.waitFor("› 你好  x");
    session.type(`\u0001${esc}[C世\r`);
    await session.waitFor("› 你世好  x\n\n");
    await session.waitFor("ended at the limit");
  });

  test("sent while the model still loads is answered", async () => {
    const session = openChat({ args: ["-n", "4"] });
    await session.waitFor("› ");
    session.type("Say hello.\r");
    await session.waitFor("ended at the limit");
    expect(session.text().match(/› Say hello\./g)).toHaveLength(1);
  });

  test("is queued while an answer is written, and comes back when that is stopped", async () => {
    const session = openChat();
    await session.waitFor(ready);
    session.type(`${endless}\r`);
    await session.waitFor("2. ");
    session.type("Say hello.\r");
    await session.waitFor(/Say hello\.\s+›/);
    session.type(esc);
    await session.waitFor((screen) => screen.includes("stopped; /continue") && screen.includes("› Say hello."));
  });
});

test("a prompt on the command line is the first message", async () => {
  const session = openChat({ args: ["-n", "4", "-m", "smollm2", "Say", "hello."] });
  const screen = await session.waitFor("ended at the limit");
  expect(screen).toMatch(/^› Say hello\.\n\n\S/);
});

test.each([
  ["Esc", esc],
  ["Ctrl-C", "\u0003"],
])("%s stops the answer and keeps it, and the chat goes on", async (_name, key) => {
  const session = openChat();
  await session.waitFor(ready);
  session.type(`${endless}\r`);
  await session.waitFor("2. ");
  session.type(key);
  const screen = await session.waitFor("stopped; /continue goes on");
  expect(screen).toMatch(/^1\. \S/m);
  session.type("/cache\r");
  await session.waitFor(/this turn [1-9]/);
});

test("what leaves the window is told; the system prompt stays", async () => {
  const session = openChat({ args: ["-n", "4", "-c", "512", "--system-prompt", "Be brief."] });
  await session.waitFor(/0\/512/);
  for (const [index, name] of ["first", "second", "third"].entries()) {
    session.type(`${name} ${"word ".repeat(180)}\r`);
    await session.waitFor(() => (session.text().match(/ended at|nothing to say/g)?.length ?? 0) > index);
  }
  expect(squeezed(session.text())).toMatch(
    /·1turn\(\d+tokens\)leftthewindow,upto“firstword[^”]*”;thesystempromptstays/,
  );
  session.type("/cache\r");
  const screen = await session.waitFor(/window +turns/);
  expect(screen).toMatch(/░ +\d+ +has left: \d turns? up to “/);
  expect(screen).toMatch(/▓ +[1-9]\d*.* system: Be brief\./);
});

describe("slash commands", () => {
  test("show and change the chat", async () => {
    const session = openChat({ args: ["-n", "4"] });
    await session.waitFor(ready);
    const steps: [string, string | RegExp][] = [
      ["/help", "/quit"],
      ["/hlep", "No /hlep; did you mean /help?"],
      ["\u0003/set top-k 1", "top-k 40 → 1"],
      ["/set top-k x", "top-k cannot be “x”\nGive a whole number"],
      ["/system Answer in French.", "the system prompt is set"],
      ["/system", "system prompt: Answer in French."],
      ["/undo", "there is no turn to take back"],
      ["/regen", "there is nothing to answer once more"],
      ["Say hello.", "ended at the limit"],
      ["/regen", /once more, with seed \d+ \(2\/2\)[\s\S]*ended at the limit/],
      ["/cache", /types +K f16, V f16/],
      ["/undo", "took back “Say hello.”; Alt-P leads back\n\n› Say hello.\n"],
      ["\u0015/clear", "the chat begins anew"],
      ["/cache", /context +\d+ of 1,024 tokens/],
    ];
    for (const [line, wanted] of steps) {
      session.type(`${line}\r`);
      await session.waitFor(wanted);
    }
    session.type("/quit\r");
    expect(await session.exit).toMatchObject({ exitCode: 0 });
  });
});

describe("the surroundings", () => {
  test("a model that is none ends in two lines", async () => {
    const session = openChat({ args: ["nosuchmodel"] });
    expect(await session.exit).toMatchObject({ exitCode: 3 });
    expect(session.text()).toMatch(/^kvchat: There is no model named "nosuchmodel"\.\n[^\n]+\n+$/);
  });

  test("NO_COLOR leaves no style but the drawn cursor's", async () => {
    const session = openChat({ args: ["-n", "4"], env: { NO_COLOR: "1" } });
    await session.waitFor(ready);
    session.type("Say hello.\r");
    await session.waitFor("ended at the limit");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: styles are control sequences
    expect(new Set(session.bytes.match(/\u001b\[[\d;]*m/g))).toEqual(new Set([`${esc}[7m`, `${esc}[27m`]));
  });

  test("a terminal that can move no cursor gets lines", async () => {
    const session = openChat({ args: ["-n", "4"], env: { TERM: "dumb" } });
    await session.waitFor("A line is a message; Ctrl-D leaves.");
    session.type("Say hello.\r");
    await session.waitFor(/^Say hello\.\n\S[^\n]*\n/m);
    session.type("\u0004");
    expect(await session.exit).toMatchObject({ exitCode: 0 });
    expect(session.bytes).not.toContain(esc);
  });
});
