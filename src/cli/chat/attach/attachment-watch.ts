// Looks up the files that are named in the input while it is written, so that their size is seen before they are sent.
import type { ChatStore } from "../chat-store.ts";
import type { Turns } from "../turns.ts";
import { type Mention, mentionsIn } from "./mentions.ts";
import { readMention } from "./read-mention.ts";
import { type AttachmentNote, noteOf, tokensOf } from "./weigh.ts";

/** Fast typing is looked up once. */
const calmMs = 60;

/** Returns what ends it. */
export function watchAttachments(store: ChatStore, turns: Turns): () => void {
  let seen = "";
  let seenBy: unknown;
  let timer: NodeJS.Timeout | undefined;
  /** The newest lookup; those before it tell nothing any more. */
  let latest = 0;

  function look(): void {
    const { text } = store.getState().editor;
    const { conversation } = turns;
    if (text === seen && conversation === seenBy) return;
    const hadMentions = seen.includes("@");
    [seen, seenBy] = [text, conversation];
    if (!text.includes("@") && !hadMentions) return;
    clearTimeout(timer);
    timer = setTimeout(() => void lookUp(++latest), calmMs).unref();
  }

  async function lookUp(turn: number): Promise<void> {
    const { text, cursor } = store.getState().editor;
    const mentions = mentionsIn(text);
    const notes: (AttachmentNote | undefined)[] = mentions.map(() => undefined);
    const tell = () => {
      const byName = new Map(notes.flatMap((note) => (note ? [[note.name, note]] : [])));
      if (turn === latest) store.dispatch({ type: "attached", notes: [...byName.values()] });
    };
    await Promise.all(
      mentions.map(async (mention, index) => {
        for await (const note of notesOf(mention, cursor)) {
          notes[index] = note;
          tell();
        }
      }),
    );
    tell();
  }

  /** What is known at once, then with its tokens. */
  async function* notesOf(mention: Mention, cursor: number): AsyncGenerator<AttachmentNote | undefined> {
    const reading = await readMention(mention);
    // The name that is being typed is not complete yet.
    if (reading.kind === "missing" && mention.end === cursor) return;
    yield noteOf(reading);
    const { conversation } = turns;
    if (reading.kind !== "attached" || !conversation) return;
    const tokens = await tokensOf(reading, conversation);
    yield noteOf(reading, tokens, conversation.usage().contextSize);
  }

  const unsubscribe = store.subscribe(look);
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}
