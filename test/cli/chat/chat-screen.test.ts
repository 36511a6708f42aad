// The chat in a real pseudo-terminal with a scripted conversation, judged by the emulated screen and by the bytes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bun, type TerminalProgram, TerminalSession } from "../../helpers/terminal.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kvchat-screen-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Size = Pick<TerminalProgram, "columns" | "rows" | "reflows" | "answers">;

function chat(script: object, how: Size & { env?: Record<string, string> } = {}): TerminalSession {
  const { env, ...size } = how;
  const full = { FAKE_CHAT: JSON.stringify(script), NODE_ENV: "production", ...env };
  return new TerminalSession({ file: bun, args: ["test/helpers/chat-with-fake.tsx"], env: full, ...size });
}

/** Words that are all different, so that a doubled or lost one shows. */
function words(count: number): string {
  return Array.from({ length: count }, (_, index) => `w${index}`).join(" ");
}

function wordsOf(session: TerminalSession): string[] {
  return session.text().match(/\bw\d+\b/g) ?? [];
}

const ready = "on CPU, 512";
/** The turn has ended: its own account of its speed is in the status. */
const turnEnded = /41\.2 t/;
const esc = "\u001b";

describe("an answer", () => {
  test("streams under the question and leaves the prompt free", async () => {
    using session = chat({ answers: [{ text: "Because of scattering." }] });
    await session.waitFor(ready);
    session.type("Why is the sky blue?\r");
    const screen = await session.waitFor(turnEnded);
    expect(screen).toContain("› Why is the sky blue?\n\nBecause of scattering.\n\n›");
    expect(screen).toContain("Fake-135M-Instruct · CPU · 41.2 tokens/s · KV");
    expect(screen).toContain("15/512 · reused 12 · evaluated 9 · evicted 0");
  });

  test.each([
    [80, 24],
    [40, 10],
  ])("longer than a screen of %i×%i is in the scrollback once", async (columns, rows) => {
    using session = chat({ answers: [{ text: words(900) }] }, { columns, rows });
    await session.waitFor(ready);
    session.type("Count\r");
    await session.waitFor((screen) => screen.includes("w899") && turnEnded.test(screen));
    expect(wordsOf(session)).toEqual(words(900).split(" "));
    expect(session.text().match(/› Count/g)).toHaveLength(1);
    expect(session.text().match(/Fake-135M.*CPU/g)?.length).toBeLessThanOrEqual(2);
  });

  test.each([
    ["narrower", 52, 24],
    ["wider", 110, 24],
    ["shorter", 80, 9],
    ["both", 33, 11],
  ])("survives a terminal that becomes %s in the middle of it", async (_name, columns, rows) => {
    const file = join(folder, "go-on");
    using session = chat({ answers: [{ text: words(300) }], hold: { file, after: 150 } });
    await session.waitFor(ready);
    session.type("Count\r");
    await session.waitFor("w149");
    session.type("typed meanwhile");
    await session.waitFor("typed meanwhile");
    session.resize(columns, rows);
    writeFileSync(file, "");
    await session.waitFor(() => /\bw299\b/.test(session.text()));
    await session.waitFor(turnEnded);
    expect(wordsOf(session)).toEqual(words(300).split(" "));
    expect(session.text().match(/typed meanwhile/g)).toHaveLength(1);
    expect(session.text().match(new RegExp(turnEnded, "g"))).toHaveLength(1);
  });

  test.each<[string, Size]>([
    ["reflows", {}],
    ["does not reflow", { reflows: false }],
    ["answers nothing", { answers: false }],
  ])("survives being resized all the time while it streams, in a terminal that %s", async (_name, how) => {
    using session = chat({ answers: [{ text: words(600) }], pace: 1 }, how);
    await session.waitFor(ready);
    session.type("Count\r");
    for (let step = 1; step <= 28; step++) {
      await session.waitFor(() => wordsOf(session).some((word) => Number(word.slice(1)) >= step * 20));
      session.resize(30 + ((step * 37) % 90), 8 + ((step * 7) % 30));
    }
    await session.waitFor(() => /\bw599\b/.test(session.text()));
    await session.waitFor(turnEnded);
    // Without reflow the emulator keeps what it cut, so that only what is drawn and erased again can be judged.
    if (how.reflows !== false) expect(wordsOf(session)).toEqual(words(600).split(" "));
    expect(session.text().match(new RegExp(turnEnded, "g"))).toHaveLength(1);
  });

  test("with wide characters, emoji and combining marks breaks between them", async () => {
    const text = `${"蓝色的天空".repeat(12)} 👩‍💻👩‍💻 cafe\u0301 end`;
    using session = chat({ answers: [{ text }] }, { columns: 40, rows: 12 });
    await session.waitFor(ready);
    session.type("Go\r");
    await session.waitFor(/end$/m);
    expect(session.text().replaceAll("\n", "")).toContain("蓝色的天空".repeat(12));
    expect(session.text()).toContain("cafe\u0301 end");
  });

  test("cannot send the terminal anything but text", async () => {
    const text = `a${esc}[31mred${esc}]0;title\u0007b\u009b2Jc${esc}[2Jd`;
    using session = chat({ answers: [{ text }] });
    await session.waitFor(ready);
    session.type("Go\r");
    await session.waitFor(turnEnded);
    expect(session.screen().join("\n")).toContain("a␛[31mred␛]0;title␇b\ufffd2Jc␛[2Jd");
    expect(session.bytes).not.toContain(`${esc}[31m`);
    expect(session.bytes).not.toContain(`${esc}]0;`);
    expect(session.bytes).not.toContain("\u009b");
  });

  test.each([
    ["Esc", esc],
    ["Ctrl-C", "\u0003"],
  ])("stopped by %s is kept", async (_name, key) => {
    using session = chat({ answers: [{ text: words(50) }], hold: { file: join(folder, "never"), after: 20 } });
    await session.waitFor(ready);
    session.type("Count\r");
    await session.waitFor("w19");
    session.type(key);
    const screen = await session.waitFor("stopped; /continue goes on");
    expect(screen).toContain("w19");
    session.type("x");
    await session.waitFor("› x");
  });

  test("is preceded by its thinking, set apart", async () => {
    using session = chat({ answers: [{ thinking: "Let me see.", text: "It is four." }] });
    await session.waitFor(ready);
    session.type("2+2\r");
    const screen = await session.waitFor("It is four.");
    expect(screen).toContain("┊ Let me see.\n\nIt is four.");
  });

  test("tells what left the window, and failures in place", async () => {
    const answers = [
      { text: "One." },
      { evicted: { turns: 1, tokens: 412 }, text: "Two." },
      { failure: { message: "the prompt has 900 tokens, the context 512", hint: "Make it shorter." } },
      { text: "Three." },
    ];
    using session = chat({ answers });
    await session.waitFor(ready);
    session.type("first\r");
    await session.waitFor("One.");
    session.type("second\r");
    await session.waitFor("· 1 turn (412 tokens) left the window, up to “first”; the system prompt stays");
    await session.waitFor("Two.");
    session.type("third\r");
    await session.waitFor("the prompt has 900 tokens, the context 512\nMake it shorter.");
    session.type("fourth\r");
    await session.waitFor("Three.");
  });
});

describe("the input", () => {
  test("keeps pasted line feeds and waits for Enter", async () => {
    using session = chat({ answers: [{ text: "Got it." }] });
    await session.waitFor(ready);
    session.type(`${esc}[200~one\rtwo\r\nthree${esc}[31m\n${esc}[201~`);
    const screen = await session.waitFor("three");
    expect(screen).toContain("› one\n  two\n  three\n");
    expect(screen).not.toContain("Got it.");
    session.type("\r");
    await session.waitFor("Got it.");
  });

  test("folds a long paste, sends all of it, and unfolds it on Ctrl-O", async () => {
    using session = chat({ answers: [{ text: "{said}" }] });
    await session.waitFor(ready);
    const lines = Array.from({ length: 120 }, (_, index) => `line ${index}`);
    session.type(`Count: ${esc}[200~${lines.join("\n")}${esc}[201~ end`);
    await session.waitFor("› Count: [Pasted 120 lines #1] end");
    session.type("\r");
    await session.waitFor("line 119 end");
    expect(session.text()).toContain("› Count: [Pasted 120 lines #1] end\n\nCount: line 0\nline 1\n");
    session.type(`${esc}[A\u000f`);
    await session.waitFor("\n  line 119 end");
  });

  test("is completed by Tab, with a menu where there are several", async () => {
    using session = chat({});
    await session.waitFor(ready);
    session.type("/re\t");
    await session.waitFor(/› \/re\n› \/regen {2,}answer.*\n {2}\/resume/);
    session.type("\t");
    await session.waitFor(/\n {2}\/regen.*\n› \/resume/);
    session.type(`${esc}[A`);
    await session.waitFor(/\n› \/regen.*\n {2}\/resume/);
    session.type("s");
    await session.waitFor(/› \/res\n› \/resume/);
    session.type("\r");
    await session.waitFor((screen) => screen.includes("› /resume\n") && !screen.includes("\n› /resume  "));
    expect(session.cursor().column).toBe("› /resume ".length);
    session.type("\u0015see @test/cli/chat/editor/editor-r\t");
    await session.waitFor("› see @test/cli/chat/editor/editor-rows.test.ts");
    session.type("\u0015@te\t");
    await session.waitFor("› @test/");
    session.type(`${esc}[Z\t`);
    await session.waitFor(/› @test\/\n› binary\/\n/);
    session.type(esc);
    await session.waitFor((screen) => screen.includes("› @test/\n") && !screen.includes("binary/"));
  });

  test("attaches the files that it names, their size shown before", async () => {
    writeFileSync(join(folder, "notes.md"), "line of the notes\n".repeat(20));
    writeFileSync(join(folder, "photo.png"), "\0");
    using session = chat({ answers: [{ text: "{said}" }] }, { columns: 120 });
    await session.waitFor("on CPU");
    session.type(`Sum up @${folder}/notes.md`);
    await session.waitFor(/\n@\/.*notes\.md: 360 B, 80 tokens\n/);
    session.type(` and @${folder}/photo.png`);
    await session.waitFor(/photo\.png: cannot be attached: it is binary/);
    session.type("\r");
    await session.waitFor(/photo\.png cannot be attached: it is binary, no text in UTF-8\nTake it out/);
    await session.waitFor(/› Sum up @\S+notes\.md and @\S+photo\.png\n/);
    session.type("\u0017\u0017and me@example.com \r");
    await session.waitFor(/\n└─\n\nSum up @\S+notes\.md and me@example\.com\n/);
    expect(session.text()).toMatch(
      /› Sum up @\S+notes\.md and me@example\.com\n\n· attached \S+notes\.md \(360 B, 80 tokens\)\n\nFile \S+notes\.md:\n/,
    );
    session.type(`${esc}[A`);
    await session.waitFor((screen) => /› Sum up @\S+ and me@example\.com\n@\S+notes\.md: 360 B/.test(screen));
  });

  describe("is edited in the user's own editor on Ctrl-G", () => {
    /** An editor that is a shell script; `$1` is the file. */
    function editor(script: string): Record<string, string> {
      const path = join(folder, "my editor");
      writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return { VISUAL: `'${path}' --wait`, EDITOR: "false" };
    }

    test("in a private file, with the terminal its own, and comes back", async () => {
      const script = `test "$1" = --wait && ls -l "$2" | cut -c1-10 > ${folder}/mode && cp "$2" ${folder}/draft
        printf 'press a key '; read -r key; printf 'new %s\nlines\n' "$key" > "$2"`;
      using session = chat({ answers: [{ text: "Fine." }] }, { env: editor(script) });
      await session.waitFor(ready);
      session.type("old 你好\u0007");
      await session.waitFor("press a key");
      expect(session.modes()).toEqual({ isCursorShown: true, pastesInBrackets: false, wrapsLines: true });
      session.type("\u007fk\r");
      await session.waitFor("› new k\n  lines\n");
      expect(session.modes()).toEqual({ isCursorShown: false, pastesInBrackets: true, wrapsLines: true });
      expect(readFileSync(join(folder, "draft"), "utf8")).toBe("old 你好\n");
      expect(readFileSync(join(folder, "mode"), "utf8")).toBe("-rw-------\n");
      session.type("\u001f");
      await session.waitFor("› old 你好\n");
      session.type("\r");
      await session.waitFor("Fine.");
    });

    test("while the model answers", async () => {
      const file = join(folder, "go-on");
      const script = `touch ${file}; printf 'and then?' > "$2"`;
      using session = chat({ answers: [{ text: words(90) }], hold: { file, after: 3 } }, { env: editor(script) });
      await session.waitFor(ready);
      session.type("Count\r");
      await session.waitFor("w2");
      session.type("\u0007");
      await session.waitFor("› and then?\n");
      await session.waitFor(turnEnded);
      expect(wordsOf(session)).toEqual(words(90).split(" "));
    });

    test.each([
      ["fails", "exit 3", /the editor “.*my editor' --wait” ended with 3\nThe text is as it was\./],
      ["is interrupted", 'kill -INT 0; printf "not interrupted" > "$2"; exit 1', "ended by a signal"],
      ["is killed", "kill -9 $$", /the editor “.*my editor' --wait” was ended by a signal\nThe text is as it was\./],
      ["removes the file", 'rm "$2"', /the editor “.*my editor' --wait” left no file\nThe text is as it was\./],
    ])("unless it %s", async (_name, script, words) => {
      using session = chat({}, { columns: 200, env: editor(script) });
      await session.waitFor("on CPU");
      session.type("draft\u0007");
      await session.waitFor(words);
      await session.waitFor("› draft\n");
    });

    test("unless there is none", async () => {
      using session = chat({}, { env: { VISUAL: "", EDITOR: "no-such-editor" } });
      await session.waitFor(ready);
      session.type("draft\u0007");
      const screen = await session.waitFor("Name one in VISUAL or EDITOR");
      expect(screen).toContain("there is no editor “no-such-editor”");
      await session.waitFor("› draft\n");
    });
  });

  test("takes 100 kB in one paste and scrolls inside", async () => {
    using session = chat({}, { columns: 40, rows: 10 });
    await session.waitFor(ready);
    const lines = Array.from({ length: 4000 }, (_, index) => `line ${index} of the paste`);
    session.type(`${esc}[200~${lines.join("\n")}${esc}[201~\u000f`);
    const screen = await session.waitFor("line 3999 of the paste");
    expect(screen).toContain("⋮ line 3996");
    expect(screen).toContain("12/512");
  });

  test("makes new lines by Alt-Enter, Ctrl-J and a trailing backslash", async () => {
    using session = chat({});
    await session.waitFor(ready);
    session.type(`a${esc}\rb\nc\\\rd`);
    await session.waitFor("› a\n  b\n  c\n  d");
  });

  test.each([
    ["ASCII", "hello", 2, 5],
    ["wide characters", "你好世界", 1, 8],
    ["emoji", "ab👩‍💻c", 1, 6],
    ["combining marks", "cafe\u0301 x", 2, 6],
    ["right-to-left text", "שלום", 1, 5],
  ])("rests the terminal's cursor where %s is being edited", async (_name, text, lefts, column) => {
    using session = chat({});
    await session.waitFor(ready);
    session.type(text + `${esc}[D`.repeat(lefts));
    await session.waitFor(text.slice(0, 2));
    await session.waitFor(() => session.cursor().column === column);
    expect(session.screen()[session.cursor().row]).toContain(`› ${text}`);
  });

  test("rests it in the last of many rows", async () => {
    using session = chat({});
    await session.waitFor(ready);
    session.type("one\ntwo\nthree");
    await session.waitFor("three");
    await session.waitFor(() => session.cursor().column === 7);
    expect(session.screen()[session.cursor().row]).toBe("  three");
  });

  test.each<[string, Size]>([
    ["reflows", {}],
    ["does not reflow", { reflows: false }],
    ["answers nothing", { answers: false }],
  ])("is drawn once in a terminal of any width that %s", async (_name, how) => {
    using session = chat({ answers: [{ text: "Kept." }] }, how);
    await session.waitFor(ready);
    session.type("Ask\r");
    await session.waitFor("Kept.");
    const draft = "abc 你好 the quick brown fox jumps over the lazy dog 你好 xyz";
    session.type(draft);
    await session.waitFor("xyz");
    for (const columns of [60, 100, 34, 80, 23, 120, 80]) {
      session.resize(columns, 24);
      // At rest the cursor is where the text ends, whatever the width.
      await session.waitFor(() => session.screen()[session.cursor().row]?.endsWith("xyz") ?? false);
      const screen = session.screen().join("");
      expect(screen.match(/abc/g)).toHaveLength(1);
      expect(screen.match(/xyz/g)).toHaveLength(1);
      expect(screen.match(/Kept\./g)).toHaveLength(1);
      expect(screen.match(/evicted 0|0 out/g)?.length ?? 0).toBeLessThanOrEqual(1);
    }
  });

  test("recalls what was said before", async () => {
    using session = chat({});
    await session.waitFor(ready);
    session.type("first\r");
    await session.waitFor("nothing to say");
    session.type("draft");
    await session.waitFor("› draft");
    session.type(`${esc}[A`);
    await session.waitFor((screen) => screen.match(/› first/g)?.length === 2);
    session.type(`${esc}[B`);
    await session.waitFor("› draft");
  });

  test("recalls what was said in other chats, and searches it", async () => {
    using session = chat({ history: ["Why is the sky blue?", "a poem\nin two lines", "你好"] });
    await session.waitFor(ready);
    session.type(`draft${esc}[A`);
    await session.waitFor("› 你好");
    session.type("\u0012poem");
    await session.waitFor("› a poem\n  in two lines\nsearch: poem\n");
    expect(session.cursor().column).toBe("search: poem".length);
    session.type("\u007f\u007f\u007f\u007fblue");
    await session.waitFor("› Why is the sky blue?\nsearch: blue\n");
    session.type("\u0007");
    await session.waitFor(/› 你好\n(?!search)/);
    session.type("\u0012SKY\r");
    await session.waitFor(/› Why is the sky blue\?\n(?!search)/);
    session.type(`${esc}[B${esc}[B${esc}[B`);
    await session.waitFor("› draft");
  });

  test("waits in a queue while the model answers, and is sent then", async () => {
    const file = join(folder, "go-on");
    const answers = [{ text: words(9) }, { text: "Second." }, { text: "Third." }];
    using session = chat({ answers, hold: { file, after: 3 } });
    await session.waitFor(ready);
    session.type("Count\r");
    await session.waitFor("w2");
    session.type("next\r/set temp 0.3\rand then\r");
    await session.waitFor("next: next\nnext: /set temp 0.3\nnext: and then\n›");
    writeFileSync(file, "");
    const screen = await session.waitFor("Third.");
    expect(screen).toMatch(
      /w8\n\n› next\n\nSecond\.\n\n› \/set temp 0\.3\n\n· temp 0\.8 → 0\.3.*\n\n› and then\n\nThird\./,
    );
    expect(screen).not.toContain("next: ");
  });

  test("gives the newest of the queue back on Up, and all of it where the answer is stopped", async () => {
    using session = chat({ answers: [{ text: words(9) }], hold: { file: join(folder, "never"), after: 3 } });
    await session.waitFor(ready);
    session.type("Count\r");
    await session.waitFor("w2");
    session.type("one\rtwo\rthree\r");
    await session.waitFor("next: three");
    session.type(`${esc}[A`);
    await session.waitFor("next: two\n› three");
    session.type(esc);
    const screen = await session.waitFor(/· stopped[\s\S]*› one\n\n {2}two\n\n {2}three\n/);
    expect(screen).not.toContain("next: ");
  });

  test("gives the queue back where what is next in it cannot be sent", async () => {
    const file = join(folder, "go-on");
    writeFileSync(join(folder, "photo.png"), "\0");
    using session = chat({ answers: [{ text: words(9) }], hold: { file, after: 3 } }, { columns: 120 });
    await session.waitFor("on CPU");
    session.type("Count\r");
    await session.waitFor("w2");
    session.type(`see @${folder}/photo.png\rand then\r`);
    await session.waitFor("next: and then");
    writeFileSync(file, "");
    await session.waitFor(/it is binary, no text in UTF-8\n/);
    await session.waitFor(/› see @\S+photo\.png\n\n {2}and then\n/);
  });

  test("gives the queue back where the answer failed", async () => {
    const file = join(folder, "loaded");
    const failure = { message: "no room", hint: "Say less." };
    using session = chat({ answers: [{ failure }], loadsAfter: file });
    await session.waitFor("loading the model");
    session.type("first\rsecond\r");
    await session.waitFor("next: second");
    writeFileSync(file, "");
    await session.waitFor((screen) => screen.includes("no room") && screen.includes("› first\n\n  second\n"));
  });

  test("can be written while the model loads", async () => {
    const file = join(folder, "loaded");
    using session = chat({ loadsAfter: file, answers: [{ text: "Here." }] });
    await session.waitFor("loading the model ▰▰▰▰▱▱▱▱▱▱ 43%");
    session.type("early\r");
    await session.waitFor("› early\n\n…");
    writeFileSync(file, "");
    await session.waitFor("Here.");
  });
});

describe("slash commands", () => {
  test.each([
    ["/set temp 0.2", "temp 0.8 → 0.2"],
    ["/set temp hot", "temp cannot be “hot”\nGive a number from 0 to 100."],
    ["/set tmp 1", "The nearest is temp;"],
    ["/system Be kind.", "the system prompt is set"],
    ["/cache", "12 of 512 tokens"],
    ["/clear", "the chat begins anew"],
    ["/hlep", "No /hlep; did you mean /help?"],
    ["/usr/bin is a folder", "I have nothing to say."],
  ])("%s", async (line, answer) => {
    using session = chat({});
    await session.waitFor(ready);
    session.type(`${line}\r`);
    await session.waitFor(answer);
  });

  test("/help is whole on a screen of 80×24", async () => {
    using session = chat({}, { columns: 80, rows: 24 });
    await session.waitFor(ready);
    session.type("/help\r");
    const screen = await session.waitFor("/help keys");
    expect(screen).toMatch(/^› \/help$/m);
    expect(screen).toMatch(/^· Enter, /m);
    expect(screen).toMatch(/\/512/);
  });

  test("/help keeps its columns in a narrow terminal", async () => {
    using session = chat({}, { columns: 40, rows: 200 });
    await session.waitFor("tokens");
    session.type("/help commands\r");
    const screen = await session.waitFor("take the last turn");
    expect(screen).toMatch(/^ {2}\/undo {14}take the last turn$\n^ {21}back into the$/m);
  });

  test.each(["/cache and more", "/exit now"])("%s, of which a part would be lost, comes back", async (line) => {
    using session = chat({});
    await session.waitFor(ready);
    session.type(`${line}\r`);
    await session.waitFor(`stands alone\nIt is back in the input, with the rest.\n\n› ${line}`);
  });

  test("/undo gives the text back, /regen answers again", async () => {
    using session = chat({ answers: [{ text: "One." }, { text: "Two." }] });
    await session.waitFor(ready);
    session.type("ask\r");
    await session.waitFor("One.");
    session.type("/regen\r");
    await session.waitFor("Two.");
    session.type("/undo\r");
    await session.waitFor(/took back “ask”; Alt-P leads back\n\n› ask/);
  });
});

describe('a text between """', () => {
  test("takes Enter as a new line until it is closed, and is sent without its marks", async () => {
    using session = chat({ answers: [{ text: "You said <{said}>." }] });
    await session.waitFor(ready);
    session.type('"""One');
    await session.waitFor('Enter makes a new line until """ ends the text');
    session.type("\r");
    await session.waitFor(/› """One\n/);
    session.type('two"""');
    await session.waitFor("Enter sends");
    session.type("\r");
    await session.waitFor(/You said <One\s+two>\./);
    expect(session.text()).not.toContain('"""');
  });

  test("is not sent where there is nothing in it", async () => {
    using session = chat({});
    await session.waitFor(ready);
    session.type('""""""');
    await session.waitFor('› """"""');
    session.type("\r");
    session.type("and");
    await session.waitFor('› """"""and');
  });
});

describe("leaving", () => {
  const modesGivenBack = [`${esc}[?25h`, `${esc}[?2004l`, `${esc}[?7h`];

  test.each([
    ["Ctrl-D", "\u0004", 0],
    ["Ctrl-C twice at an empty prompt", "\u0003\u0003", 0],
    ["bare exit", "exit\r", 0],
    ["/quit", "/quit\r", 0],
    ["/exit", "/exit\r", 0],
  ])("by %s restores the terminal", async (_name, keys, code) => {
    using session = chat({ answers: [{ text: "Kept." }] });
    await session.waitFor(ready);
    session.type("Hello\r");
    await session.waitFor("Kept.");
    session.type(keys);
    expect(await session.exit).toMatchObject({ exitCode: code });
    const end = session.bytes.slice(session.bytes.lastIndexOf(`${esc}[?2026l`));
    for (const mode of modesGivenBack) expect(end).toContain(mode);
    expect(session.text()).toContain("Kept.");
    expect(session.text()).not.toContain("▰");
  });

  test("by SIGTERM in mid-answer keeps the answer so far and says 143", async () => {
    using session = chat({ answers: [{ text: words(50) }], hold: { file: join(folder, "never"), after: 20 } });
    await session.waitFor(ready);
    session.type("Count\r");
    await session.waitFor("w19");
    session.type("half typed");
    await session.waitFor("half typed");
    session.kill("SIGTERM");
    expect(await session.exit).toMatchObject({ exitCode: 143 });
    expect(wordsOf(session)).toEqual(words(20).split(" "));
    expect(session.text()).not.toContain("half typed");
    for (const mode of modesGivenBack) expect(session.bytes.slice(-200)).toContain(mode);
  });

  test("by a kill that nothing can catch shows the cursor again, with nothing left below it", async () => {
    using session = chat({});
    await session.waitFor("/512");
    session.kill("SIGKILL");
    await session.exit;
    await session.waitFor((screen) => session.bytes.endsWith(`${esc}[?7h${esc}[?25h`) && !screen.includes("/512"));
  });

  test("gives the shell its line discipline back", async () => {
    const command = `stty -a > ${folder}/before; ${bun} test/helpers/chat-with-fake.tsx; stty -a > ${folder}/after`;
    using session = new TerminalSession({ file: "/bin/sh", args: ["-c", command], env: { FAKE_CHAT: "{}" } });
    await session.waitFor(ready);
    session.type("\u0004");
    await session.exit;
    const read = (name: string) => execFileSync("cat", [join(folder, name)], { encoding: "utf8" });
    expect(read("after")).toBe(read("before"));
  });

  test("Ctrl-C clears what is typed before it leaves", async () => {
    using session = chat({});
    await session.waitFor(ready);
    session.type("some text");
    await session.waitFor("› some text");
    session.type("\u0003");
    await session.waitFor((screen) => !screen.includes("some text"));
    session.type("\u0003");
    await session.waitFor("Ctrl-C again or Ctrl-D leaves");
    session.type("\u0003");
    expect(await session.exit).toMatchObject({ exitCode: 0 });
  });

  test("Ctrl-C that came too late for an answer leaves it and the chat alone", async () => {
    using session = chat({ answers: [{ text: "Kept." }] });
    await session.waitFor(ready);
    session.type("\u0003");
    await session.waitFor("Ctrl-C again or Ctrl-D leaves");
    session.type("H");
    await session.waitFor((screen) => !screen.includes("again"));
    session.type("i\r");
    await session.waitFor(turnEnded);
    session.type("\u0003");
    await session.waitFor("Ctrl-C again or Ctrl-D leaves");
    session.type("\u0003");
    expect(await session.exit).toMatchObject({ exitCode: 0 });
    expect(session.text()).toContain("Kept.");
  });

  test("a model that cannot be loaded ends it with two lines", async () => {
    const loadFailure = { message: "there is no such file", hint: "Give a path." };
    const file = join(folder, "loaded");
    using session = chat({ loadsAfter: file, loadFailure });
    await session.waitFor("loading the model");
    writeFileSync(file, "");
    expect(await session.exit).toMatchObject({ exitCode: 3 });
    expect(session.text().trim()).toBe("kvchat: there is no such file\nGive a path.");
  });
});

describe("the surroundings", () => {
  test("CI in the environment changes nothing", async () => {
    using session = chat({ answers: [{ text: "Fine." }] }, { env: { CI: "true" } });
    await session.waitFor(ready);
    session.type("Hi\r");
    await session.waitFor("Fine.");
  });

  test("NO_COLOR leaves no style but the cursor's", async () => {
    using session = chat({ answers: [{ text: "Plain." }] }, { env: { NO_COLOR: "1" } });
    await session.waitFor(ready);
    session.type("Hi\r");
    await session.waitFor("Plain.");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: styles are control sequences
    expect(new Set(session.bytes.match(/\u001b\[[\d;]*m/g))).toEqual(new Set([`${esc}[7m`, `${esc}[27m`]));
  });
});
