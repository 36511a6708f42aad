// Answers longer than the screen and terminals that change in mid-answer, with the built binary: everything is in the scrollback
// once, whatever was on screen when.
import { describe, expect, test } from "vitest";
import { greedy, openChat, runBinary } from "../helpers/binary.ts";
import type { TerminalSession } from "../helpers/terminal.ts";

const ready = / 0\/1,024|\b0%/;
const question = "List fifty animals, one a line.";
/** More than a screen of 24 rows, and enough to change the terminal in the middle of it. */
const long = ["-n", "235"];
const short = ["-n", "110"];

/** What the pipe answers, without spaces and line feeds. */
const expected = new Map<string, string>();
function answer(limit: string[]): string {
  const known = expected.get(limit.join());
  if (known !== undefined) return known;
  const { stdout } = runBinary(["run", "-p", question, "-c", "1024", ...limit, ...greedy]);
  const lines = stdout.trim().split("\n");
  // Otherwise a line that is lost or doubled would not show.
  expect(new Set(lines).size).toBe(lines.length);
  if (limit === long) expect(lines.length).toBeGreaterThan(24);
  expected.set(limit.join(), squeezed(stdout));
  return squeezed(stdout);
}

async function ask(session: TerminalSession): Promise<void> {
  await session.waitFor(ready);
  session.type(`${question}\r`);
}

/** What is between the question and the note that ends the answer, without spaces and line feeds. */
async function answerShown(session: TerminalSession): Promise<string> {
  await session.waitFor("ended at the limit");
  const [, shown = ""] = session.text().split(`› ${question}`);
  return squeezed(shown.split("· ended")[0] ?? "");
}

function squeezed(text: string): string {
  return text.replaceAll(/\s/g, "");
}

test.each([
  [80, 24, long],
  [40, 10, short],
])("on a screen of %i×%i the scrollback holds it once", async (columns, rows, limit) => {
  const session = openChat({ args: limit, columns, rows });
  await ask(session);
  expect(await answerShown(session)).toBe(answer(limit));
  expect(session.text().match(/› List/g)).toHaveLength(1);
  expect(session.text().match(/evicted 0|0 out/g)).toHaveLength(1);
});

describe("a terminal that becomes", () => {
  test.each([
    ["wider", 120, 30],
    ["narrower", 60, 24],
    ["small", 40, 10],
    ["tiny and back", 20, 9],
  ])("%s in mid-answer loses nothing and doubles nothing", async (name, columns, rows) => {
    const session = openChat({ args: short });
    await ask(session);
    await session.waitFor(/^3\. /m);
    session.type("typed meanwhile");
    await session.waitFor("typed meanwhile");
    session.resize(columns, rows);
    await session.waitFor(/^[7-9]\. /m);
    if (name.endsWith("back")) session.resize(80, 24);
    expect(await answerShown(session)).toBe(answer(short));
    expect(session.text().match(/typed meanwhile/g)).toHaveLength(1);
    expect(session.text().match(/tokens\/s|t\/s/g)).toHaveLength(1);
  });
});
