// What a person at a pipe is told on stderr: that something left the window or could not be kept, how far the model is loaded, the timings.
import type { ConversationEvent, TurnResult } from "../../session/events.ts";
import { describeUnkept } from "../sessions/session-notices.ts";

export interface Notices {
  show(event: ConversationEvent): void;
  tell(notice: string): void;
}

const slowLoadMs = 500;

export function createNotices(stderr: NodeJS.WriteStream, options: { quiet: boolean; verbose: boolean }): Notices {
  if (options.quiet) return { show: () => {}, tell: () => {} };
  const begun = performance.now();
  const canErase = stderr.isTTY && process.env.TERM !== "dumb";
  let showsLoading = false;
  const clearLoading = () => {
    if (showsLoading) stderr.write("\r\x1b[K");
    showsLoading = false;
  };
  const tell = (notice: string) => {
    clearLoading();
    stderr.write(`kvchat: ${notice}\n`);
  };
  return {
    show(event) {
      if (event.type === "loading") {
        if (!canErase || performance.now() - begun < slowLoadMs || event.stage !== "model") return;
        stderr.write(`\rloading the model: ${Math.round(event.fraction * 100)} %`);
        showsLoading = true;
        return;
      }
      clearLoading();
      if (event.type === "saved" && event.problem !== null) tell(describeUnkept(event.problem));
      if (event.type === "evicted") tell(describeEviction(event));
      if (event.type === "done" && options.verbose) tell(describeTimings(event));
    },
    tell,
  };
}

/** One line: what left the window, and what it means. */
export function describeEviction({ tokens, turns }: { tokens: number; turns: number }): string {
  const what = turns > 0 ? `${turns} ${turns === 1 ? "turn" : "turns"} (${tokens} tokens)` : `${tokens} tokens`;
  return `${what} left the window; the system prompt stays`;
}

/** One line: how long the answer took, what of the prompt was reused, and the cache. */
export function describeTimings({ tokens, timings, kv }: TurnResult): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  return [
    `loaded in ${seconds(timings.loadMs)}`,
    `prompt ${tokens.prompt} tokens (${tokens.reused} reused, ${tokens.evaluated} evaluated at ${timings.prefillPerSecond.toFixed(1)}/s)`,
    `first token after ${seconds(timings.firstTokenMs)}`,
    `answer ${tokens.generated} tokens at ${timings.decodePerSecond.toFixed(1)}/s`,
    `cache ${kv.typeK}/${kv.typeV}, ${kv.contextSize} tokens`,
  ].join(" · ");
}
