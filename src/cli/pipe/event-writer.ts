// Writes the events of a run to stdout: the bare text, one JSON object a turn, or all of them as JSON lines.
import type { KvchatError } from "../../session/errors.ts";
import type { ConversationEvent, TurnResult } from "../../session/events.ts";
import type { PipeFormat } from "../run-options.ts";
import { createAnswerWriter, writeTo } from "./answer-writer.ts";

/** Resolves once stdout takes more. */
export type EventWriter = (event: ConversationEvent) => Promise<void>;

export function createEventWriter(format: PipeFormat, stdout: NodeJS.WriteStream): EventWriter {
  if (format === "text") {
    const writer = createAnswerWriter(stdout);
    return async (event) => {
      if (event.type === "token") await writer.write(event.text);
      if (event.type === "done") await writer.end();
    };
  }
  return async (event) => {
    if (format === "jsonl") await writeTo(stdout, `${JSON.stringify(event)}\n`);
    else if (event.type === "done") await writeTo(stdout, `${JSON.stringify(resultOf(event))}\n`);
  };
}

export function failedEvent({ message, hint, exitCode }: KvchatError): ConversationEvent {
  return { type: "failed", message, hint, exitCode };
}

function resultOf({ type: _, ...result }: { type: "done" } & TurnResult): TurnResult {
  return result;
}
