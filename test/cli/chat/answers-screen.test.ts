// Answers in Markdown on a real pseudo-terminal: what is on the screen and in the scrollback while they stream, and in which bytes.
import { describe, expect, test } from "vitest";
import { createMarkdown } from "../../../src/cli/chat/markdown/markdown-text.ts";
import { textOf } from "../../../src/cli/chat/markdown/span.ts";
import { openLayout } from "../../../src/cli/chat/state.ts";
import { documents } from "../../helpers/markdown-documents.ts";
import { bun, TerminalSession } from "../../helpers/terminal.ts";

interface How {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Record<string, string>;
  readonly isPlain?: boolean;
  /** Milliseconds between tokens. */
  readonly pace?: number;
}

const esc = "\u001b";
/** The turn has ended: its own account of its speed is in the status. */
const turnEnded = /41\.2 t/;
const { links, html, code, table, ...others } = documents;
const mixed = [code, table, others.lists, others.quotes, others.prose, others.wide, "The end."].join("\n\n");

/** A chat that has been asked for `text`. */
async function ask(text: string, { columns = 80, rows = 24, env, isPlain, pace }: How = {}): Promise<TerminalSession> {
  const script = JSON.stringify({ answers: [{ text }], isPlain, pace });
  const session = new TerminalSession({
    file: bun,
    args: ["test/helpers/chat-with-fake.tsx"],
    env: { FORCE_HYPERLINK: "0", FAKE_CHAT: script, NODE_ENV: "production", ...env },
    columns,
    rows,
  });
  await session.waitFor("12/512");
  session.type("Go\r");
  return session;
}

/** The answer as it looks when it is drawn at once. */
function drawnAtOnce(text: string, size: { columns: number; rows: number }): string[] {
  const layout = openLayout("answer", size);
  const { lines, open } = createMarkdown({ hasStyles: true, hasLinks: false })().write(text, layout);
  return [...lines, ...open.end(layout)].map((line) => textOf(line).trimEnd());
}

describe("an answer", () => {
  test.each([
    [40, 10],
    [80, 24],
    [200, 60],
  ])("that streams at %i×%i is in the scrollback as it would be drawn at once", async (columns, rows) => {
    using session = await ask(mixed, { columns, rows });
    await session.waitFor((screen) => screen.includes("The end.") && turnEnded.test(screen));
    const everything = session.everything().join("\n");
    expect(everything).toContain(drawnAtOnce(mixed, { columns, rows }).join("\n"));
  });

  test("never changes what has left the screen", async () => {
    using session = await ask(mixed, { columns: 40, rows: 10, pace: 2 });
    let before: string[] = [];
    await session.waitFor((screen) => {
      const rows = session.everything();
      const above = rows.slice(0, rows.length - 10);
      expect(above.slice(0, before.length)).toEqual(before);
      before = above;
      return screen.includes("The end.") && turnEnded.test(screen);
    });
    expect(before.length).toBeGreaterThan(100);
  });

  test("shows each line of code in the colours of its language while the next is being written", async () => {
    using session = await ask("```python\ndef f(x):\n    return 1\n```");
    await session.waitFor("└─");
    expect(session.screen().join("\n")).toContain("┌─ python\ndef f(x):\n    return 1\n└─");
    expect(session.bytes).toContain(`${esc}[35mdef${esc}[39m ${esc}[1mf${esc}[22m(x):`);
    expect(session.bytes).toContain(`    ${esc}[35mreturn${esc}[39m ${esc}[94m1${esc}[39m`);
  });

  test("is as the model wrote it where it is asked to be plain", async () => {
    using session = await ask("# Title\n\nSome **bold** text\n- one", { isPlain: true });
    const screen = await session.waitFor(turnEnded);
    expect(screen).toContain("› Go\n\n# Title\n\nSome **bold** text\n- one\n\n›");
  });

  test("keeps its structure without colours", async () => {
    using session = await ask("# Title\nSome **bold**, *soft* and `code`\n\n- one\n\n```python\ndef f(x):\n```", {
      env: { NO_COLOR: "1", FORCE_HYPERLINK: "1" },
    });
    const screen = await session.waitFor(turnEnded);
    expect(screen).toContain("› Go\n\n# Title\nSome **bold**, *soft* and `code`\n\n• one\n\n┌─ python\ndef f(x):\n└─");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: styles are control sequences
    expect(new Set(session.bytes.match(/\u001b\[[\d;]*m/g))).toEqual(new Set([`${esc}[7m`, `${esc}[27m`]));
  });
});

describe("links", () => {
  test("are text and address where the terminal knows none", async () => {
    using session = await ask("See [the docs](https://example.com/a), <https://b.example> and [me](mailto:me@x.org).");
    await session.waitFor("See the docs (https://example.com/a), https://b.example and me\n(mailto:me@x.org).");
    expect(session.bytes).not.toContain(`${esc}]8`);
  });

  test("can be clicked where it does, but for those that no browser should open", async () => {
    using session = await ask(
      `[the docs](https://example.com/ä) [bad](javascript:alert(1)) [file](file:///etc/passwd) ${links}`,
      {
        env: { FORCE_HYPERLINK: "1" },
      },
    );
    const screen = await session.waitFor(turnEnded);
    expect(screen).toContain("the docs");
    expect(screen).toContain("bad (javascript:alert(1))");
    const addresses = session.bytes.split(`${esc}]8;;`).map((part) => part.slice(0, part.indexOf(esc)));
    expect(new Set(addresses.slice(1).filter((address) => address !== ""))).toEqual(
      new Set([
        "https://example.com/%C3%A4",
        "https://a.example/",
        "http://www.b.example/",
        "mailto:me@x.org",
        "http://i.example/x.png",
        "http://r.example/",
        "http://s.example/",
      ]),
    );
  });

  test("name their address where their text names another", async () => {
    using session = await ask("[https://bank.example](https://evil.example)", { env: { FORCE_HYPERLINK: "1" } });
    await session.waitFor("https://bank.example (https://evil.example)");
  });
});

describe("hostile answers", () => {
  test("cannot send the terminal anything, from no part of them", async () => {
    const bomb = `${esc}[2J${esc}]0;t\u0007\u009b31m\u202e`;
    const parts = [
      "`X`",
      "**X**",
      "[X](https://x.example/X)",
      "![X](X)",
      "<https://x.example/X>",
      "&#27;[2J",
      "&#x9b;2J",
    ];
    const text = `# X\n\n${parts.join(" ")}\n\n| X |\n|---|\n| X |\n\n\`\`\`X\nX\n\`\`\`\n\`\`\`js\n"X"\n\`\`\`\n\n> - X\n\nend`;
    using session = await ask(text.replaceAll("X", bomb), { env: { FORCE_HYPERLINK: "1" } });
    await session.waitFor((screen) => /^end$/m.test(screen));
    expect(session.screen().join("\n")).toContain("␛[2J␛]0;t␇");
    for (const sent of [`${esc}[2J`, `${esc}]0;`, "\u009b", "\u202e", "\u0007"])
      expect(session.bytes).not.toContain(sent);
  });

  test.each([
    ["brackets", "[".repeat(10_000)],
    ["marks without end", "_a*".repeat(10_000)],
    ["one word", "x".repeat(100_000)],
  ])("of many %s leave the input free", async (_name, text) => {
    using session = await ask(`${text}\n\nend`, { rows: 12 });
    await session.waitFor((screen) => /^end$/m.test(screen));
    session.type("typed");
    await session.waitFor("› typed");
  });
});

test("HTML is text", async () => {
  using session = await ask(`${html}\n\nend`);
  const screen = await session.waitFor(turnEnded);
  expect(screen).toContain('<div class="x">\n<b>bold</b> <!-- no -->\n<script>alert(1)</script>\n</div>\n<&␛[2J');
});
