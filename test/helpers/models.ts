// The real models that tests run on, fetched once into kvchat's own models folder.
import { folders } from "../../src/session/folders.ts";
import { resolveModel } from "../../src/session/models/resolve.ts";

/** SmolLM2 135M: plain attention, a chat template, head size 64. */
export function smollm2Path(): Promise<string> {
  return testModelPath("smollm2");
}

/** Gemma 3 270M: sliding-window attention of 512 tokens, head size 256, no chat template in the file. */
export function gemma3Path(): Promise<string> {
  return testModelPath("gemma3-270m");
}

async function testModelPath(alias: string): Promise<string> {
  return (await resolveModel(alias, { modelsDir: folders().models })).path;
}
