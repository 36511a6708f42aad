// Puts a message together: what was typed, what long pastes stand for, and the files that it names, read now.
import { attach } from "../../../session/attachments.ts";
import type { Conversation } from "../../../session/conversation-api.ts";
import { type Chip, withChips } from "../editor/chips.ts";
import { bytes, count } from "../panels/amounts.ts";
import { countTokens } from "./count-tokens.ts";
import { mentionsIn } from "./mentions.ts";
import { type Reading, readMention } from "./read-mention.ts";
import { type AttachedReading, contextHolds, noteOf, shownName, tokensOf } from "./weigh.ts";

export interface Gathered {
  /** What the model gets, and what is kept. */
  readonly content: string;
  /** What was attached, and what was not though it looked like a file. */
  readonly notes: readonly string[];
}

interface Refusal {
  readonly message: string;
  readonly hint: string;
}

/** Only what was typed names files, no paste. `conversation` is absent while the model loads: then nothing is counted. */
export async function gather(
  typed: string,
  chips: readonly Chip[],
  conversation: Conversation | undefined,
): Promise<Gathered | Refusal> {
  const text = withChips(typed, chips);
  const readings = onceByName(await Promise.all(mentionsIn(typed).map(readMention)));
  const refused = readings.find((reading) => reading.kind === "refused");
  if (refused) return { message: `${shownName(refused.name)} cannot be attached: ${refused.why}`, hint: withoutIt };
  const attached = readings.filter((reading) => reading.kind === "attached");
  const large = attached.find(({ isWhole }) => !isWhole);
  if (large && !conversation) {
    return { message: `${shownName(large.name)} has ${bytes(large.bytes)}: no context holds that`, hint: lessOfIt };
  }
  const tokens = new Map<Reading, number>();
  if (conversation) {
    for (const reading of attached) tokens.set(reading, await tokensOf(reading, conversation));
    const tooMuch = await refuseTooMuch({ text, attached, tokens }, conversation);
    if (tooMuch) return tooMuch;
  }
  const notes = readings.map((reading) => {
    const note = noteOf(reading, tokens.get(reading));
    return note && (note.isProblem ? `${note.name}: ${note.words}` : `attached ${note.name} (${note.words})`);
  });
  return {
    content: attach(
      text,
      attached.map((reading) => reading.attached),
    ),
    notes: notes.filter((note) => note !== undefined),
  };
}

const lessOfIt = "Attach less, or begin with a larger --ctx-size.";
const withoutIt = "Take it out of the message, or write \\@ where no file is meant.";

function onceByName(readings: readonly Reading[]): Reading[] {
  const named = readings.filter((reading) => reading.kind !== "text");
  return [...new Map(named.map((reading) => [reading.name, reading])).values()];
}

async function refuseTooMuch(
  message: { text: string; attached: readonly AttachedReading[]; tokens: ReadonlyMap<Reading, number> },
  conversation: Conversation,
): Promise<Refusal | undefined> {
  const { attached, tokens } = message;
  if (attached.length === 0) return undefined;
  const typed = await countTokens(message.text, (piece) => conversation.countTokens(piece));
  const sum = [...tokens.values()].reduce((total, one) => total + one, typed);
  const { contextSize } = conversation.usage();
  const isExact = attached.every(({ isWhole }) => isWhole);
  if (sum < contextSize && isExact) return undefined;
  const names = attached.map(({ name }) => shownName(name)).join(", ");
  const about = isExact ? "" : "about ";
  return {
    message: `the message has ${about}${count(sum)} tokens with ${names}, and ${contextHolds(contextSize)}`,
    hint: lessOfIt,
  };
}
