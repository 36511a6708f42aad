// `kvchat run` without a terminal: the same conversation, its answers on stdout as text, JSON or JSON lines.
import type { Conversation } from "../../session/conversation-api.ts";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import type { ConversationEvent, TurnResult } from "../../session/events.ts";
import { openConversation } from "../../session/open-conversation.ts";
import type { PipeOptions } from "../run-options.ts";
import { describeResumption } from "../sessions/session-notices.ts";
import { createEventWriter, type EventWriter } from "./event-writer.ts";
import { createNotices } from "./notices.ts";
import { parseTurn, type TurnInput } from "./parse-turn.ts";

export async function runPipe(options: PipeOptions): Promise<ExitCode> {
  const { signal, stdout, stderr } = options;
  const notices = createNotices(stderr, options);
  const write = createEventWriter(options.format, stdout);
  const show = async (event: ConversationEvent) => {
    notices.show(event);
    await write(event);
  };
  // The one answer's `done` is the last of its JSON lines: what is kept behind the answer is told before.
  const holdsDone = options.format === "jsonl" && !options.turns;
  let done: ConversationEvent | undefined;
  const showTurn = async (event: ConversationEvent) => {
    if (holdsDone && event.type === "done") done = event;
    else await show(event);
  };
  // A reader that went away (`| head -1`) ends the work, quietly.
  const readerGone = new AbortController();
  stdout.once("error", () => readerGone.abort());
  const stop = AbortSignal.any([signal, readerGone.signal]);
  try {
    const handlers = { onEvent: (event: ConversationEvent) => void show(event), signal: stop };
    await using conversation = await openConversation(options.settings, {
      ...handlers,
      persistence: options.persistence,
    });
    for (const notice of conversation.notices) notices.tell(notice);
    const { resumption } = conversation;
    if (resumption?.reason !== undefined) notices.tell(describeResumption(resumption));
    for await (const turn of readTurns(options, stop)) {
      if (turn.role === "system") conversation.setSystemPrompt(turn.content);
      else await answer(conversation, turn.content, stop, showTurn);
      if (stop.aborted) break;
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    if (done) await show(done);
  }
  return readerGone.signal.aborted ? ExitCode.done : exitCodeFor(signal);
}

async function answer(conversation: Conversation, text: string, signal: AbortSignal, show: EventWriter): Promise<void> {
  for await (const event of conversation.send(text, signal)) {
    await show(event);
    if (event.type === "done" && event.stopReason === "context") throw contextFull(event);
  }
}

async function* readTurns({ prompt, turns, format }: PipeOptions, signal: AbortSignal): AsyncGenerator<TurnInput> {
  if (!turns) {
    yield { role: "user", content: prompt };
    return;
  }
  const lines = turns[Symbol.asyncIterator]();
  const aborted = new Promise<{ done: true; value: undefined }>((resolve) =>
    signal.addEventListener("abort", () => resolve({ done: true, value: undefined }), { once: true }),
  );
  for (let lineNumber = 1; !signal.aborted; lineNumber++) {
    const { done, value } = await Promise.race([lines.next(), aborted]);
    if (done) return;
    const turn = parseTurn(value, lineNumber, format === "jsonl");
    if (turn) yield turn;
  }
}

function contextFull({ kv }: TurnResult): KvchatError {
  return new KvchatError(`The context of ${kv.contextSize} tokens is full, the answer was cut.`, {
    hint: "Use a larger --ctx-size, or --window turns to let the oldest turns go.",
    exitCode: ExitCode.outOfRoom,
  });
}

function exitCodeFor(signal: AbortSignal): ExitCode {
  if (!signal.aborted) return ExitCode.done;
  return signal.reason === "SIGTERM" ? ExitCode.terminated : ExitCode.interrupted;
}
