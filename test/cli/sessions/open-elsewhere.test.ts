// A session that another process has open: in a terminal kvchat asks what to do, in a pipe it says what can be done.
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { SessionStore } from "../../../src/session/store/session-store.ts";
import { smollm2Path } from "../../helpers/models.ts";
import { bunPath, cleanEnvironment, mainPath, runCli } from "../../helpers/run-cli.ts";
import { sessionOf } from "../../helpers/store.ts";
import { facts } from "../../helpers/store-facts.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";
import { TerminalSession } from "../../helpers/terminal.ts";

/** "my trip", held by this process. */
async function heldSession() {
  const env = cleanEnvironment(tempFolder());
  const store = new SessionStore(join(env.XDG_DATA_HOME ?? "", "kvchat"));
  const settings = { ctxSize: 512 };
  const modelPath = await smollm2Path();
  const { id } = sessionOf(store, ["Where?", "Here."], {
    ...facts,
    name: "my trip",
    model: "smollm2",
    modelPath,
    settings,
  });
  const lock = store.acquire(id);
  onTestFinished(() => {
    lock[Symbol.dispose]();
    store[Symbol.dispose]();
  });
  const open = (...args: string[]) =>
    new TerminalSession({ file: bunPath, args: [mainPath, "run", ...args], env, inherits: false });
  return { env, store, open };
}

const question = /^The session "my trip" is open in process \d+\.$\n› Go on in a copy of it\n {2}Read it\n {2}Leave\n/m;

describe("in a terminal", () => {
  test.each([["--resume"], ["--session"]])("%s asks, and goes on in a copy", async (flag) => {
    const { open, store } = await heldSession();
    using session = open(flag, "my trip", "-t", "1");
    await session.waitFor(question);
    session.type("\r");
    await session.waitFor(/› Where\?\n\nHere\.[\s\S]* · my trip-2$/m);
    expect(store.list().map(({ name }) => name)).toEqual(["my trip-2", "my trip"]);
    session.type("\u0004");
    expect(await session.exit).toMatchObject({ exitCode: 0 });
  });

  test("it can be read, and nothing is loaded or copied", async () => {
    const { open, store } = await heldSession();
    using session = open("--continue");
    await session.waitFor(question);
    session.type("r\r");
    expect(await session.exit).toMatchObject({ exitCode: 0 });
    expect(session.text()).toMatch(/^Session {2}my trip[\s\S]*You:\nWhere\?\n\nModel:\nHere\.\n/);
    expect(store.list()).toHaveLength(1);
  });

  test.each([
    ["Leave", "l\r"],
    ["Esc", "\u001b"],
  ])("%s leaves", async (_name, keys) => {
    const { open, store } = await heldSession();
    using session = open("--resume", "my trip");
    await session.waitFor(question);
    // The terminal's answer to a question of the first frame would make another key of an Esc.
    session.type("r");
    await session.waitFor("› Read it");
    session.type(keys);
    expect(await session.exit).toMatchObject({ exitCode: 130 });
    expect(session.text().trim()).toBe("");
    expect(store.list()).toHaveLength(1);
    expect(session.modes()).toEqual({ isCursorShown: true, pastesInBrackets: false, wrapsLines: true });
  });
});

test("in a pipe two lines tell how to go on", async () => {
  const { env } = await heldSession();
  const { code, stdout, stderr } = await runCli(["run", "--resume", "my trip", "-p", "Hi"], { env });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /^kvchat: The session "my trip" is open in process \d+\.\nTo go on with a copy: kvchat sessions fork/,
  );
});
