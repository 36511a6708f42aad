// What is said in the sessions of an archive: passages of real text, from any place of it.
import { defaultText } from "../../../src/session/compare/default-text.ts";

const messages = 10;
const wordsOf = { user: { least: 5, most: 40 }, assistant: { least: 40, most: 120 } };

/** In one message of a thousand. */
export const rareWord = "Zanzibar";
/** In nearly all messages. */
export const commonWord = "the";

const words = defaultText.split(/\s+/);

export function saidIn(session: number, random: () => number): { role: string; content: string }[] {
  return Array.from({ length: messages }, (_, index) => {
    const role = index % 2 === 0 ? "user" : "assistant";
    const { least, most } = wordsOf[role];
    const length = least + Math.floor(random() * (most - least));
    const start = Math.floor(random() * (words.length - length));
    const text = words.slice(start, start + length).join(" ");
    const isMarked = (session * messages + index) % 1000 === 0;
    return { role, content: isMarked ? `${text} ${rareWord}` : text };
  });
}
