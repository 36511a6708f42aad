// The rows of a text are the same to the last bit, however it was cut into batches and whatever of it came from other chats.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { evaluate, openTestEngine } from "../helpers/conversation.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";
import { storyTokens } from "../helpers/saved-state.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

/** The rows of so many tokens, each part evaluated as a prompt of its own. */
async function rows(modelPath: string, parts: readonly number[], batchSize: number): Promise<Buffer> {
  await using engine = await openTestEngine(modelPath, { ctxSize: 1024, batchSize });
  const tokens = storyTokens(engine, Math.max(...parts));
  for (const end of parts) await evaluate(engine, tokens.slice(engine.length, end));
  const path = join(tempFolder(), "state");
  await engine.saveState(path, tokens);
  return readFileSync(path);
}

test.each([
  ["smollm2", smollm2Path],
  ["gemma3-270m", gemma3Path],
] as const)("%s", async (_name, path) => {
  const model = await path();
  const whole = await rows(model, [570], 512);
  expect((await rows(model, [570], 300)).equals(whole)).toBe(true);
  expect((await rows(model, [480, 570], 512)).equals(whole)).toBe(true);
});
