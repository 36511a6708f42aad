// Whatever happens to the files of a cache, one resume finds all of it, says so in one line, answers as after a fresh prefill, and
// leaves a cache that is whole.
import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BlockStore } from "../../src/cache/block-store.ts";
import type { Resumption } from "../../src/session/conversation-api.ts";
import type { TurnResult } from "../../src/session/events.ts";
import { take } from "../helpers/conversation.ts";
import { type KeptChatOptions, openKeptChat } from "../helpers/kept-chat.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";
import { inOrder } from "../helpers/stored-blocks.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const story = Array.from({ length: 50 }, (_, day) => `On day ${day} the ship met ${day * 3} whales.`).join(" ");
const settings = { nPredict: 8, ctxSize: 2048 };

/** One turn in a process of its own. */
async function ask(
  options: KeptChatOptions,
  text: string,
): Promise<TurnResult & { resumption: Resumption | undefined }> {
  await using chat = await openKeptChat(options);
  const { resumption } = chat;
  return { ...(await take(chat.send(text))).done, resumption };
}

function filesOf(folder: string, kind: "block" | "tail"): string[] {
  return readdirSync(join(folder, "cache", "kv", kind), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes.set([(bytes.at(at) as number) ^ 4], at < 0 ? bytes.length + at : at);
  writeFileSync(path, bytes);
}

test.each([
  ["smollm2", smollm2Path, [(path: string) => flip(path, -1000), (path: string) => truncateSync(path, 5000)]],
  ["gemma3-270m", gemma3Path, [(path: string) => truncateSync(path), (path: string) => flip(path, 200)]],
] as const)("%s", async (_name, path, faults) => {
  const chat = { folder: tempFolder(), name: "chat", modelPath: await path(), settings };
  await ask(chat, story);
  const cold = { ...chat, folder: tempFolder() };
  cpSync(join(chat.folder, "data"), join(cold.folder, "data"), { recursive: true });
  const expected = await ask(cold, "How many whales?");

  const [, late] = inOrder(filesOf(chat.folder, "block")).slice(-2);
  const [tail] = filesOf(chat.folder, "tail");
  for (const [index, file] of [late, tail].entries()) faults[index]?.(file as string);
  const { text, resumption } = await ask(chat, "How many whales?");
  expect(text).toBe(expected.text);
  expect(resumption?.reason).toContain("; 1 more damaged");
  const store = await BlockStore.open(join(chat.folder, "cache", "kv"));
  expect((await store.verify()).removed).toEqual([]);
  expect((await ask(chat, "Why?")).resumption).toMatchObject({ again: 0, reason: undefined });
});
