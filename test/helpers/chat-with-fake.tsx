// Runs the chat on a fake conversation in a real terminal, for tests and for looking at it: the script is JSON in FAKE_CHAT.
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { showChat } from "../../src/cli/chat/show-chat.tsx";
import type { KeptMessage, Resumption } from "../../src/session/conversation-api.ts";
import { KvchatError } from "../../src/session/errors.ts";
import { type FakeAnswer, FakeConversation } from "./fake-conversation.ts";

interface FakeScript {
  readonly answers?: FakeAnswer[];
  readonly firstPrompt?: string;
  readonly isPlain?: boolean;
  /** What was said in earlier processes. */
  readonly earlier?: KeptMessage[];
  /** So many times, `#` in it replaced by which time it is. */
  readonly earlierTimes?: number;
  /** What was said in other chats. */
  readonly history?: string[];
  /** How much of it the cache holds again. */
  readonly resumption?: Resumption;
  /** The session's name. */
  readonly session?: string;
  readonly others?: Record<string, KeptMessage[]>;
  /** Milliseconds between tokens. */
  readonly pace?: number;
  readonly isForScreenReader?: boolean;
  readonly isCalm?: boolean;
  readonly bellSeconds?: number;
  /** A file whose existence lets the answer go on after its first `holdAfter` tokens. */
  readonly hold?: { readonly file: string; readonly after: number };
  /** A file whose existence lets the model be loaded. */
  readonly loadsAfter?: string;
  readonly loadFailure?: { readonly message: string; readonly hint: string };
}

const script: FakeScript = JSON.parse(process.env.FAKE_CHAT ?? "{}");
let given = 0;

async function gate(signal: AbortSignal | undefined): Promise<void> {
  const { hold, pace = 0 } = script;
  if (pace > 0) await sleep(pace);
  if (hold && given++ >= hold.after) await existing(hold.file, signal);
}

async function existing(file: string, signal?: AbortSignal): Promise<void> {
  while (!existsSync(file) && !signal?.aborted) await sleep(5);
}

function repeated(messages: readonly KeptMessage[], times: number): KeptMessage[] {
  return Array.from({ length: times }, (_, time) =>
    messages.map((message) => ({ ...message, content: message.content.replaceAll("#", String(time)) })),
  ).flat();
}

const ending = new AbortController();
for (const name of ["SIGTERM", "SIGHUP"] as const) process.on(name, () => ending.abort(name));

try {
  process.exitCode = await showChat({
    modelName: "fake",
    firstPrompt: script.firstPrompt ?? "",
    earlier: repeated(script.earlier ?? [], script.earlierTimes ?? 1),
    readHistory: () => script.history ?? [],
    isPlain: script.isPlain ?? false,
    isForScreenReader: script.isForScreenReader ?? false,
    isCalm: script.isCalm ?? false,
    bellSeconds: script.bellSeconds ?? 0,
    isQuiet: false,
    signal: ending.signal,
    stdin: process.stdin,
    stdout: process.stdout,
    openChat: async ({ onEvent, signal }) => {
      onEvent({ type: "loading", stage: "model", fraction: 0.43 });
      if (script.loadsAfter) await existing(script.loadsAfter, signal);
      if (script.loadFailure)
        throw new KvchatError(script.loadFailure.message, { hint: script.loadFailure.hint, exitCode: 3 });
      return new FakeConversation({ ...script, answers: script.answers ?? [], gate });
    },
  });
} catch (error) {
  if (!(error instanceof KvchatError)) throw error;
  process.stderr.write(`kvchat: ${error.message}\n${error.hint}\n`);
  process.exitCode = error.exitCode;
}
process.exit();
