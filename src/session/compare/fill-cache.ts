// Puts any number of tokens into a cache in no time, to measure the speed behind them: a few are evaluated, and their rows are
// repeated. What the rows hold makes no difference to speed.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStateFile } from "../../cache/state-file.ts";
import { StateFileWriter } from "../../cache/state-file-writer.ts";
import { StateFileError } from "../../cache/state-format.ts";
import type { Engine, Token } from "../engine/engine.ts";

const evaluatedTokens = 128;

/** Leaves `depth` tokens in the cache, `tokens` over and over. Stops early when `signal` is aborted. */
export async function fillCache(
  engine: Engine,
  tokens: readonly Token[],
  depth: number,
  signal: AbortSignal,
): Promise<void> {
  engine.clear();
  const all = Array.from({ length: depth }, (_, position) => tokens[position % tokens.length] as Token);
  await evaluate(engine, all.slice(0, evaluatedTokens), signal);
  if (depth <= evaluatedTokens || signal.aborted) return;
  if (!(await repeatRows(engine, all))) await evaluate(engine, all.slice(engine.length), signal);
}

export async function evaluate(engine: Engine, tokens: readonly Token[], signal: AbortSignal): Promise<void> {
  for await (const _ of engine.prefill(tokens, signal));
}

/** False, and nothing changed, where the state cannot be taken apart, or has layers that slide. */
async function repeatRows(engine: Engine, all: readonly Token[]): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "kvchat-compare-"));
  const [few, many] = [join(folder, "few.state"), join(folder, "many.state")];
  try {
    await engine.saveState(few, all.slice(0, engine.length));
    if (!(await writeRepeated(few, many, all))) return false;
    await engine.loadState(many);
    return true;
  } catch (error) {
    if (error instanceof StateFileError) return false;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeRepeated(from: string, to: string, all: readonly Token[]): Promise<boolean> {
  await using state = await openStateFile(from);
  const { base, sliding } = state.contents;
  if (sliding) return false;
  const writer = await StateFileWriter.create(to, { tokens: all, base: base.layout });
  try {
    for (let start = 0; start < all.length; start += evaluatedTokens) {
      const count = Math.min(evaluatedTokens, all.length - start);
      await writer.writeRows("base", start, await state.readRows(base, 0, count));
    }
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  await writer.finish();
  return true;
}
