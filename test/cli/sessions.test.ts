// `kvchat sessions` as a user calls it. The sessions come in through import; no model is needed.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ageOf, formatList } from "../../src/cli/sessions/format-list.ts";
import { ExitCode } from "../../src/session/errors.ts";
import { bunPath, mainPath, runCli } from "../helpers/run-cli.ts";
import { openStore, startChild } from "../helpers/store.ts";
import { tempFolder } from "../helpers/temp-folder.ts";
import { TerminalSession } from "../helpers/terminal.ts";

const invisible = /(?![\r\n])[\p{Cc}\p{Cf}]/u;

/** A user with a data folder, in which one chat was imported. */
async function userWith(...messages: string[]) {
  const root = tempFolder();
  const env = { KVCHAT_DATA_DIR: join(root, "kept") };
  const sessions = (args: string[], stdin?: string) => runCli(["sessions", ...args], { env, stdin, cwd: root });
  if (messages.length > 0) {
    const lines = messages.map((content, index) =>
      JSON.stringify({ role: index % 2 === 0 ? "user" : "assistant", content }),
    );
    const { code, stderr } = await sessions(["import", "-"], lines.join("\n"));
    expect([code, stderr]).toEqual([ExitCode.done, ""]);
  }
  return { root, data: env.KVCHAT_DATA_DIR, sessions };
}

test("without sessions: a line that says so, and an empty array", async () => {
  const { sessions } = await userWith();
  expect(await sessions([])).toMatchObject({ code: ExitCode.done, stdout: "", stderr: "No session was saved yet.\n" });
  expect(await sessions(["--json"])).toMatchObject({ code: ExitCode.done, stdout: "[]\n", stderr: "" });
});

test("the list is what one gets by default: a line a session, or JSON", async () => {
  const { sessions } = await userWith("Plan a trip to Rome", "Day one:\nthe Forum");
  const { stdout } = await sessions([]);
  expect(stdout).toBe(
    "NAME                 MODEL  TURNS  TOKENS  KV  AGE  LAST\nplan-a-trip-to-rome  -      1      -       -   now  Day one: the Forum\n",
  );
  expect((await sessions(["list"])).stdout).toBe(stdout);
  expect(JSON.parse((await sessions(["--json"])).stdout)).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
      name: "plan-a-trip-to-rome",
      model: "",
      turns: 1,
      messages: 2,
      excerpt: "Day one: the Forum",
      kvTokens: 0,
      kvBytes: 0,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      updated: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    },
  ]);
});

test("a narrow screen gets less of what was said, never a second line", () => {
  const session = {
    id: "1",
    name: "trip",
    model: "tiny",
    turns: 1,
    messages: 2,
    kvTokens: 0,
    kvBytes: 0,
    created: 0,
    updated: 0,
  };
  const list = (columns: number) => formatList([{ ...session, excerpt: "今日はとても良い天気ですね" }], columns, 0);
  expect(list(80)).toContain("今日はとても良い天気ですね");
  expect(list(52).split("\n")[1]).toBe("trip  tiny   1      -       -   now  今日はとても良…");
  expect(list(42).split("\n")[1]).toBe("trip  tiny   1      -       -   now");
});

test.each([
  [0, "now"],
  [-5, "now"],
  [60_000, "1 min"],
  [3_600_000 * 1.9, "1 h"],
  [86_400_000, "1 day"],
  [86_400_000 * 400, "400 days"],
])("%d ms is an age of %s", (ms, age) => expect(ageOf(ms)).toBe(age));

test("show tells what the session is, and what was said on which branch", async () => {
  const { sessions, data } = await userWith("Hello", "Hi", "More");
  {
    const store = openStore(data);
    const { id } = store.find("hello");
    store.updateSettings(id, { systemPrompt: "Be brief.", model: "tiny" });
    store.setLeaf(id, store.load(id).messages[1]?.id ?? null);
    store.beginAnswer(id).save({ content: "Hey", thinking: "" });
    store.setEvicted(id, [store.load(id).messages[0]?.id ?? 0]);
  }
  const { stdout } = await sessions(["show", "hel"]);
  expect(stdout).toMatch(
    /^Session {2}hello \([0-9a-f]{8}\)\nModel {4}tiny\nBegun {4}\d{4}-.*\nLast {5}\d{4}-.*\nSystem {3}Be brief\.\n\n/,
  );
  expect(stdout.split("\n\n").slice(1).join("\n\n")).toBe(
    "You (outside the window):\nHello\n\nModel (2/2, unfinished):\nHey\n",
  );
});

test("rename, fork and rm do what they say, and nothing to what they do not find", async () => {
  const { sessions } = await userWith("one", "1", "two", "2");
  expect(await sessions(["rename", "one", "Numbers"])).toMatchObject({ code: ExitCode.done, stdout: "", stderr: "" });
  expect(await sessions(["fork", "numbers"])).toMatchObject({ code: ExitCode.notFound, stdout: "" });
  expect((await sessions(["fork", "Num", "--at", "1"])).stdout).toBe("Numbers-2\n");
  expect((await sessions(["fork", "Numbers", "copy"])).stdout).toBe("copy\n");
  for (const at of ["3", "x", ""]) {
    expect(await sessions(["fork", "Numbers", "--at", at])).toMatchObject({ code: ExitCode.usage, stdout: "" });
  }
  const listed = async () =>
    JSON.parse((await sessions(["--json"])).stdout).map((s: { name: string; turns: number }) => [s.name, s.turns]);
  const before = [
    ["copy", 2],
    ["Numbers-2", 1],
    ["Numbers", 2],
  ];
  expect(await listed()).toEqual(before);
  expect(await sessions(["rm", "copy", "nothing"])).toMatchObject({
    code: ExitCode.notFound,
    stderr: expect.stringContaining('There is no session "nothing".'),
  });
  expect(await listed()).toEqual(before);
  expect(await sessions(["rm", "copy", "Numbers", "copy"])).toMatchObject({
    code: ExitCode.done,
    stdout: "",
    stderr: "Deleted copy.\nDeleted Numbers.\n",
  });
  expect(await listed()).toEqual([["Numbers-2", 1]]);
});

test("what is open elsewhere is not deleted", async () => {
  const { sessions, data } = await userWith("one");
  const store = openStore(data);
  const { id } = store.find("one");
  const { child } = startChild("holder", [data, id]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  expect(await sessions(["rm", "one"])).toMatchObject({
    code: ExitCode.failed,
    stderr: `kvchat: The session "one" is open in process ${child.pid}.\nEnd that chat first.\n`,
  });
  expect(store.list()).toHaveLength(1);
});

test("search shows the hit in its line, and takes any text", async () => {
  const { sessions } = await userWith("Where is Rome?\nI mean the old one", "In Italy: 100%");
  expect((await sessions(["search", "the", "OLD"])).stdout).toBe("where-is-rome-i-mean-the: I mean the old one\n");
  expect((await sessions(["search", "0%"])).stdout).toBe("where-is-rome-i-mean-the: In Italy: 100%\n");
  expect(JSON.parse((await sessions(["search", "italy", "--json"])).stdout)).toMatchObject([
    { name: "where-is-rome-i-mean-the", role: "assistant", line: "In Italy: 100%" },
  ]);
  for (const text of [["paris"], ['"'], ["a AND"], ["--", "-x"]]) {
    expect(await sessions(["search", ...text])).toMatchObject({
      code: ExitCode.done,
      stdout: "",
      stderr: "No message holds that.\n",
    });
  }
  for (const text of [[], [" "]]) expect((await sessions(["search", ...text])).code).toBe(ExitCode.usage);
});

test("export writes every format, to stdout or a private file, and import takes its JSON back", async () => {
  const { root, sessions } = await userWith("Hello", "<Hi> \u001b[31m");
  expect((await sessions(["export", "hello"])).stdout).toContain(
    "## User\n\nHello\n\n## Assistant\n\n<Hi> \u001b[31m\n",
  );
  expect((await sessions(["export", "hello", "--format", "jsonl"])).stdout).toBe(
    '{"role":"user","content":"Hello"}\n{"role":"assistant","content":"<Hi> \\u001b[31m"}\n',
  );
  expect(await sessions(["export", "hello", "-o", "chat.html"])).toMatchObject({
    code: ExitCode.done,
    stdout: "",
    stderr: "",
  });
  expect(readFileSync(join(root, "chat.html"), "utf8")).toContain("&#60;Hi&#62; \u241b[31m");
  expect(statSync(join(root, "chat.html")).mode & 0o777).toBe(0o600);
  await sessions(["export", "hello", "-o", "chat.json"]);
  expect((await sessions(["import", "chat.json"])).stdout).toBe("hello-2\n");
  expect((await sessions(["import", "chat.json", "--name", "again"])).stdout).toBe("again\n");
  expect(await sessions(["export", "hello", "-o", "nowhere/chat.md"])).toMatchObject({
    code: ExitCode.failed,
    stdout: "",
  });
  expect(await sessions(["export", "hello", "--format", "pdf"])).toMatchObject({ code: ExitCode.usage, stdout: "" });
});

test("what cannot be imported is told, and leaves nothing", async () => {
  const { root, sessions } = await userWith();
  writeFileSync(join(root, "latin"), Buffer.from([0xe9]));
  for (const file of ["latin", "missing", "."]) {
    expect(await sessions(["import", file])).toMatchObject({ code: ExitCode.usage, stdout: "" });
  }
  const { stderr } = await sessions(["import", "-"], '[{"role":"user","content":"a"},{"role":"tool","content":"b"}]');
  expect(stderr).toContain('message 1 has the role "tool"');
  expect((await sessions(["--json"])).stdout).toBe("[]\n");
});

test("on a terminal no control character of a chat comes through", async () => {
  const { data, sessions } = await userWith("Hello", "\u001b[31mred\u0007 \u009b2J \u202e\u001b]52;c;eA==\u0007");
  expect((await sessions(["--json"])).stdout).not.toMatch(invisible);
  for (const args of [
    [],
    ["show", "hello"],
    ["search", "red"],
    ["export", "hello"],
    ["export", "hello", "--format", "json"],
  ]) {
    const session = new TerminalSession({
      file: bunPath,
      args: [mainPath, "sessions", ...args],
      env: { KVCHAT_DATA_DIR: data },
    });
    expect((await session.exit).exitCode).toBe(ExitCode.done);
    expect(session.bytes).toContain("red");
    expect(session.bytes).not.toMatch(invisible);
  }
});

test.each([
  [["frk", "a"], 'The nearest is fork; "kvchat sessions --help" shows all.'],
  [["show"], "Call it as: kvchat sessions show <name>"],
  [["--jsn"], "The nearest is --json;"],
])("%j is told to be wrong, with the way out", async (args, hint) => {
  const { sessions } = await userWith();
  const { code, stderr } = await sessions(args);
  expect([code, stderr]).toEqual([ExitCode.usage, expect.stringContaining(hint)]);
});
