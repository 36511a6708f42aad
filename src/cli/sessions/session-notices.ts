// What people are told of their session, a line each, in the terminal and at a pipe.
import type { Resumption } from "../../session/conversation-api.ts";
import { shellWord } from "../../session/shell-word.ts";

/** What of an earlier process's cache is of use, and why not all. */
export function describeResumption({ reused, again, reason }: Resumption): string {
  const kept = `resumed: ${count(reused)} ${reused === 1 ? "token" : "tokens"} reused`;
  return again === 0 ? kept : `${kept}, ${count(again)} to be evaluated again: ${reason}`;
}

/** `problem`: that of a `saved` event. */
export function describeUnkept(problem: string): string {
  return `${problem} The chat goes on.`;
}

export function howToGoOn(session: string): string {
  return `To go on: kvchat run --resume ${shellWord(session)}`;
}

function count(tokens: number): string {
  return tokens.toLocaleString("en");
}
