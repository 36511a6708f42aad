// Tokens a second of an answer in the chat: kvchat draws it in a real terminal, and its own gauge tells in each frame how many
// tokens the cache holds. Only the clock is ours.
import { stripVTControlCharacters } from "node:util";
import type { Program } from "./program.ts";

interface Frame {
  readonly ms: number;
  readonly tokens: number;
}

/** The answer is over when nothing was drawn for so long. */
const quietMs = 1000;
const startMs = 60_000;

export async function chatSpeed({ command, env }: Program, contextSize: number, signal: AbortSignal): Promise<number> {
  const frames: Frame[] = [];
  const over = Promise.withResolvers<void>();
  let timer = setTimeout(over.resolve, startMs);
  const decoder = new TextDecoder();
  const gauge = new RegExp(`([\\d,]+)/${contextSize.toLocaleString("en")}\\b`, "g");
  const child = Bun.spawn([...command], {
    env: { ...(env ?? process.env), TERM: "xterm-256color", CI: undefined },
    signal,
    terminal: {
      cols: 120,
      rows: 40,
      data(_terminal, bytes) {
        const ms = performance.now();
        const seen = [...stripVTControlCharacters(decoder.decode(bytes)).matchAll(gauge)].at(-1);
        if (!seen) return;
        frames.push({ ms, tokens: Number(seen[1]?.replaceAll(",", "")) });
        if (!isAnswering(frames)) return;
        clearTimeout(timer);
        timer = setTimeout(over.resolve, quietMs);
      },
    },
  });
  await Promise.race([over.promise, child.exited]);
  clearTimeout(timer);
  child.kill("SIGTERM");
  await child.exited;
  child.terminal?.close();
  signal.throwIfAborted();
  return perSecond(frames);
}

/** The prompt is read in one step of the gauge, the answer in many. */
function isAnswering(frames: readonly Frame[]): boolean {
  return new Set(frames.map(({ tokens }) => tokens)).size > 3;
}

/**
 * From the first frame of the answer (the second that shows the prompt in the cache) to the frame that first shows all of it.
 */
export function perSecond(frames: readonly Frame[]): number {
  const steps = frames.filter(({ tokens }, index) => tokens > (frames[index - 1]?.tokens ?? 0));
  const [, first] = steps;
  const last = steps.at(-1);
  if (!first || !last || first === last) throw new Error("the chat drew no answer that could be timed");
  return ((last.tokens - first.tokens) * 1000) / (last.ms - first.ms);
}
