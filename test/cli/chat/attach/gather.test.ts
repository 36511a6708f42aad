// Messages with files, put together from files that are there: what the model gets, what the user is told, what is refused.
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { gather } from "../../../../src/cli/chat/attach/gather.ts";
import { FakeConversation } from "../../../helpers/fake-conversation.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

let folder: string;
beforeEach(() => {
  folder = tempFolder();
  writeFileSync(join(folder, "notes.md"), "one two three\r\n");
  writeFileSync(join(folder, "my notes.md"), "four");
  writeFileSync(join(folder, "latin1.txt"), Buffer.from([0x63, 0x61, 0x66, 0xe9]));
  writeFileSync(join(folder, "photo.png"), Buffer.from([0x89, 0x50, 0, 1]));
  writeFileSync(join(folder, "long.txt"), "word ".repeat(600));
  mkdirSync(join(folder, "src"));
  for (const name of ["b.ts", "a.ts", "odd\nname"]) writeFileSync(join(folder, "src", name), "");
  mkdirSync(join(folder, "src", "sub"));
});

const conversation = new FakeConversation({ answers: [], contextSize: 512 });

/** `§` in texts is the folder. */
async function gathered(text: string, chips = [] as { label: string; text: string }[]) {
  const found = await gather(text.replaceAll("§", folder), chips, conversation);
  return JSON.parse(JSON.stringify(found).replaceAll(folder, "§"));
}

describe("a file", () => {
  test("stands before the text, and is told with its size and tokens", async () => {
    expect(await gathered("What is in @§/notes.md?")).toEqual({
      content: "File §/notes.md:\n```\none two three\n```\n\nWhat is in @§/notes.md?",
      notes: ["attached §/notes.md (15 B, 3 tokens)"],
    });
  });

  test("that is named twice is there once; two are in the order of their names in the text", async () => {
    const { content } = await gathered('@"§/my notes.md" @§/notes.md, @§/notes.md');
    expect(content.match(/File .*/g)).toEqual(["File §/my notes.md:", "File §/notes.md:"]);
  });

  test("in a long paste is none", async () => {
    const chips = [{ label: "[Pasted 11 lines #1]", text: `@${folder}/notes.md` }];
    expect(await gathered("see [Pasted 11 lines #1]", chips)).toEqual({ content: "see @§/notes.md", notes: [] });
  });

  test("of the system, which tells no size, is read", async () => {
    const { content } = await gathered("@/proc/self/comm");
    expect(content).toMatch(/^File \/proc\/self\/comm:\n```\n\S+/);
  });
});

test("a folder is its listing", async () => {
  const { content, notes } = await gathered("@§/src/ what is this?");
  expect(content).toBe('Folder §/src/:\n```\n"odd\\nname"\na.ts\nb.ts\nsub/\n```\n\n@§/src/ what is this?');
  expect(notes).toEqual(["attached §/src/ (27 B, 4 tokens)"]);
});

test.each<[string, string[]]>([
  ["ask @someone or me@example.com about @ and @types", []],
  ["see @notse.md", ["notse.md: there is no such file; it stays text"]],
  ["see @§/none/at/all", ["§/none/at/all: there is no such file; it stays text"]],
  ['see @"no file"', ["no file: there is no such file; it stays text"]],
])("what is no file stays text: %s", async (text, notes) => {
  expect(await gathered(text)).toEqual({ content: text, notes });
});

test.each([
  ["a picture", "@§/photo.png", "§/photo.png cannot be attached: it is binary, no text in UTF-8"],
  ["text in another encoding", "@§/latin1.txt", "§/latin1.txt cannot be attached: it is binary, no text in UTF-8"],
  ["a device", "@/dev/zero", "/dev/zero cannot be attached: it is neither a file nor a folder"],
  ["a socket", "@§/socket", "§/socket cannot be attached: it is neither a file nor a folder"],
  ["too much", "@§/long.txt", "the message has 601 tokens with §/long.txt, and the context holds 512"],
  [
    "a file of 9 MiB",
    "@§/huge.txt",
    /^the message has about 1,8\d\d,\d{3} tokens with §\/huge\.txt, and the context holds 512$/,
  ],
])("%s is refused", async (_name, text, message) => {
  await using server = createServer().listen(join(folder, "socket"));
  await once(server, "listening");
  writeFileSync(join(folder, "huge.txt"), "word ".repeat((9 * 2 ** 20) / 5));
  expect(await gathered(text)).toEqual({
    message: typeof message === "string" ? message : expect.stringMatching(message),
    hint: expect.any(String),
  });
});

test("before the model is loaded nothing is counted, and a file that no context holds is refused all the same", async () => {
  writeFileSync(join(folder, "huge.txt"), "word ".repeat((9 * 2 ** 20) / 5));
  expect(await gather(`@${folder}/long.txt`, [], undefined)).toMatchObject({
    notes: [expect.stringContaining("2.93 KiB)")],
  });
  expect(await gather(`@${folder}/huge.txt`, [], undefined)).toMatchObject({
    message: expect.stringContaining("no context holds"),
  });
});

test("a name cannot move the cursor", async () => {
  writeFileSync(join(folder, "bad\u001b[2J\n.txt"), "x");
  const { notes, content } = await gathered("@§/bad\\u{1b}[2J\\u{a}.txt");
  expect(notes).toEqual(["attached §/bad␛[2J␊.txt (1 B, 1 token)"]);
  expect(content).toMatch(/^File ".*bad\\u001b\[2J\\n\.txt":\n/);
});
