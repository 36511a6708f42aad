// What a cache report says in words: what the last turn reused and why not more, what leaves next, what is shared, what types take.
import type { CacheReport, NextToLeave, Reuse, ReuseObstacle, SharedPieces } from "../../../session/cache-report.ts";
import type { KvFacts } from "../../../session/events.ts";
import { excerpt } from "../turn-notes.ts";
import { bytes, count, percent, plural } from "./amounts.ts";

const because: Record<ReuseObstacle, string> = {
  empty: "nothing was in the cache",
  "not kept": "the cache ended before them",
  "system prompt changed": "the system prompt is another one",
  "text changed": "from there on the cache had other text",
  "cannot go back": "this model's cache cannot go back to where the texts part",
  "cannot shift": "the window moved, and this model's cache cannot move with it",
};

export function reuseWords({ reuse, notResumed }: Pick<CacheReport, "reuse" | "notResumed">): string {
  if (reuse) return turnWords(reuse);
  return notResumed === undefined ? "nothing was asked yet" : `not all came back: ${notResumed}`;
}

function turnWords({ prompt, reused, restored, again, obstacle }: Reuse): string {
  const source = restored > 0 ? `, ${restored === reused ? "all" : count(restored)} of them from the disk` : "";
  const had = `reused ${count(reused)} of ${plural(prompt, "token")}${source}`;
  if (obstacle) return `${had}; ${count(again)} were read again: ${because[obstacle]}`;
  return reused > 0
    ? `${had}; only what is new was read`
    : `read all ${plural(prompt, "token")}: nothing like it was there`;
}

export function nextWords(next: NextToLeave | undefined): string {
  if (!next) return "nothing: an answer ends where the context is full";
  if (next.tokens === 0) return "nothing of what is there now";
  const what = turnsWords(next);
  const rest = next.isReadAgain ? "; what stays is read again" : "";
  return `at least ${plural(next.tokens, "token")}${what === "" ? "" : `: ${what}`}${rest}`;
}

function turnsWords({ turns, isPartial }: NextToLeave): string {
  const [first, last] = [turns[0], turns.at(-1)].map((text = "") => `“${excerpt(text)}”`);
  if (turns.length === 0) return "";
  if (turns.length === 1) return isPartial ? `a part of the turn ${first}` : `the turn ${first}`;
  return `${count(turns.length)} turns, from ${first} to ${isPartial ? "a part of " : ""}${last}`;
}

export function sharedWords(shared: SharedPieces | undefined, isKept: boolean): string {
  if (!isKept) return "nothing: the chat is not kept";
  if (!shared) return "nothing yet";
  const all = `${plural(shared.pieces, "block")}, ${bytes(shared.bytes)}`;
  if (shared.shared === 0) return `${all}; no other chat shares any`;
  const [first = "", second, ...others] = shared.sessions.map((name) => `“${excerpt(name)}”`);
  const last = others.length > 0 ? `${count(others.length + 1)} more chats` : second;
  const with_ = last === undefined ? first : `${first} and ${last}`;
  return `${all}; ${count(shared.shared)} of them (${bytes(shared.sharedBytes)}) shared with ${with_}`;
}

export function typesWords(types: CacheReport["types"], kv: KvFacts): { now: string; others: string[] } {
  const others = types.filter(({ type }) => !(type === kv.typeK && type === kv.typeV));
  return {
    now: `K ${kv.typeK}, V ${kv.typeV}: ${bytes(kv.bytes)} for ${plural(kv.contextSize, "token")}`,
    others: others.map((cost) => `${cost.type} ${bytes(cost.bytes)} (${percent(cost.bytes / kv.bytes)})`),
  };
}
