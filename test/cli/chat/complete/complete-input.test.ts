// What Tab finds: names of commands, their arguments, and files, whatever they are called.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completeInput } from "../../../../src/cli/chat/complete/complete-input.ts";
import { FakeConversation } from "../../../helpers/fake-conversation.ts";

const conversation = new FakeConversation({ answers: [], session: "here", others: { "trip to rome": [], travel: [] } });

async function complete(text: string): Promise<string[]> {
  const found = await completeInput(text, text.length, { conversation });
  return (found?.candidates ?? []).map((candidate) => text.slice(0, found?.from) + candidate.text);
}

describe("a command", () => {
  test.each<[string, string[]]>([
    ["/re", ["/regen", "/resume"]],
    ["/RES", ["/resume"]],
    ["/xyz", []],
    ["/set t", ["/set temp", "/set top-k", "/set top-p"]],
    ["/set temp ", []],
    ["/resume tr", ["/resume trip to rome", "/resume travel"]],
    ["/resume trip to", ["/resume trip to rome"]],
    ["/branch n", ["/branch next"]],
    ["/kv q8", ["/kv q8_0"]],
    ["/kv q8_0/q4", ["/kv q8_0/q4_1", "/kv q8_0/q4_0"]],
    ["/window s", ["/window sinks", "/window shift", "/window stop"]],
    ["/copy 2 c", ["/copy 2 code"]],
    ["/undo x", []],
    ["/usr/bin", []],
    ["hello", []],
    ["", []],
  ])("%j goes on as %j", async (text, found) => {
    expect(await complete(text)).toEqual(found);
  });

  test("has all of them behind a slash alone", async () => {
    expect(await complete("/")).toContain("/help");
  });

  test("has no arguments before there is a conversation, its name all the same", async () => {
    expect(await completeInput("/set t", 6, undefined)).toBeUndefined();
    expect((await completeInput("/hel", 4, undefined))?.candidates[0]).toMatchObject({ text: "/help" });
  });
});

describe("a file", () => {
  let folder: string;
  const hostile = "bad\u001b[31m\nname.txt";
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "kvchat-complete-")));
    for (const name of ["notes.md", "Notes of.md", ".hidden", hostile, "你好.txt"])
      writeFileSync(join(folder, name), "");
    // No UTF-8: what cannot be named is not offered. Other systems have no such names.
    if (process.platform === "linux") writeFileSync(Buffer.from(`${folder}/not\xff.md`, "latin1"), "");
    mkdirSync(join(folder, "sub dir"));
    writeFileSync(join(folder, "sub dir", "in it.md"), "");
    symlinkSync(join(folder, "sub dir"), join(folder, "link"));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const behind = (text: string) => text.replace("§", folder);

  test.each<[string, string[]]>([
    ["see @§/no", ["see @§/notes.md"]],
    ["see @§/NO", ["see @§/Notes\\ of.md", "see @§/notes.md"]],
    ["see @§/su", ["see @§/sub\\ dir/"]],
    ["see @§/sub\\ dir/", ["see @§/sub\\ dir/in\\ it.md"]],
    ['see @"§/sub', ['see @"§/sub dir/']],
    ['see @"§/sub dir/', ['see @"§/sub dir/in it.md"']],
    ["@§/.h", ["@§/.hidden"]],
    ["@§/你", ["@§/你好.txt"]],
    ["@§/b", ["@§/bad\\u{1b}[31m\\u{a}name.txt"]],
    ["@§/li", ["@§/link/"]],
    ["@§/none/", []],
    ["me@§/no", []],
    ["/export §/sub", ["/export §/sub dir/"]],
    ["/export §/b", []],
  ])("%j goes on as %j", async (text, found) => {
    expect(await complete(behind(text))).toEqual(found.map(behind));
  });

  test("is shown without the characters that would move the cursor", async () => {
    const found = await completeInput(behind("@§/bad"), behind("@§/bad").length, { conversation });
    expect(found?.candidates[0]?.label).toBe("bad␛[31m␊name.txt");
  });

  test("of the folder of the chat needs no path", async () => {
    expect(await complete("@packag")).toEqual(["@package.json"]);
    expect(await complete("@test/cli/ch")).toEqual(["@test/cli/chat/"]);
  });
});
