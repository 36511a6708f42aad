// Draws what was said in earlier processes as it looked then: a few messages at a time, so that keys are heard in between.
import { setImmediate as nextRound } from "node:timers/promises";
import { withoutAttachments } from "../../../session/attachments.ts";
import type { KeptMessage } from "../../../session/conversation-api.ts";
import type { ChatStore } from "../chat-store.ts";
import type { FinalText } from "../state.ts";
import { keptEndNote, outsideNote, versionsNote } from "../turn-notes.ts";

/** Characters that are laid out at once. */
const pieceCharacters = 2_000;
/** Time between two looks for keys. Markdown takes from a tenth of plain text's speed to nearly all of it. */
const sliceMs = 8;

/** Resolves when all of it is in the transcript. The first slice is there as soon as it is known how answers look. */
export async function recall(
  store: ChatStore,
  messages: readonly KeptMessage[],
  format?: () => Promise<void>,
): Promise<void> {
  const asked = messages.filter(({ role }) => role === "user").map(({ content }) => withoutAttachments(content));
  store.dispatch({ type: "edited", edit: { type: "recall", texts: asked } });
  store.dispatch({ type: "resumed", isResumed: asked.length > 0 });
  if (asked.length > 0) await format?.();
  await drawKept(store, messages);
}

/** Resolves when all of it is in the transcript. */
export async function drawKept(store: ChatStore, messages: readonly KeptMessage[]): Promise<void> {
  const texts = recalledTexts(messages);
  let sliceEnd = performance.now() + sliceMs;
  for (let next = 0; next < texts.length; ) {
    const start = next;
    for (let length = 0; next < texts.length && length < pieceCharacters; next++)
      length += texts[next]?.text.length ?? 0;
    store.dispatch({ type: "recalled", texts: texts.slice(start, next) });
    if (performance.now() < sliceEnd) continue;
    await nextRound();
    sliceEnd = performance.now() + sliceMs;
  }
}

/** A question at the end that was never answered is left out: it goes back into the input. */
export function recalledTexts(messages: readonly KeptMessage[]): FinalText[] {
  const said = messages.at(-1)?.role === "user" ? messages.slice(0, -1) : messages;
  let outside = 0;
  return said.flatMap((message, index): FinalText[] => {
    if (message.role === "user") return [{ kind: "user", text: withoutAttachments(message.content) }];
    const notes = [keptEndNote(message, index === said.length - 1), versionsNote(said[index - 1], message)];
    if (message.evicted) outside++;
    if (outside > 0 && !said[index + 2]?.evicted) {
      notes.push(outsideNote(outside));
      outside = 0;
    }
    return [
      { kind: "thinking", text: message.thinking.trim() },
      { kind: "answer", text: message.content.trim() },
      ...notes.map((text = ""): FinalText => ({ kind: "note", text })),
    ].filter(({ text }) => text !== "") as FinalText[];
  });
}
