// The slash commands for what was said last: go on with it, say it otherwise, take it back.

import { excerpt } from "../turn-notes.ts";
import { countVersions } from "./branch-commands.ts";
import { describeRange, parseSamplingValue, samplingKeys } from "./sampling-keys.ts";
import type { CommandContext, SlashCommand } from "./slash-command.ts";

export const turnCommands: readonly SlashCommand[] = [
  { name: "continue", argument: "", summary: "go on with an answer that was stopped or cut off", run: continueAnswer },
  { name: "regen", argument: "[seed]", summary: "answer the last message once more", run: regenerate },
  { name: "undo", argument: "", summary: "take the last turn back into the input", run: undo },
  { name: "clear", argument: "", summary: "forget all turns; the system prompt stays", run: clear },
];

function continueAnswer({ conversation, fail, runTurn }: CommandContext): void {
  if (conversation.canContinue) runTurn((chat, signal) => chat.continueAnswer(signal));
  else if (conversation.messages.length === 0) fail("there is no answer to go on with", "Say something first.");
  else fail("the answer ended by itself", "/regen answers once more; or ask for more.");
}

const seedKey = samplingKeys.find(({ field }) => field === "seed");

function regenerate({ conversation, note, fail, runTurn }: CommandContext, argument: string): void {
  const { messages, sampling } = conversation;
  const seed = argument !== "" && seedKey ? parseSamplingValue(seedKey, argument) : (sampling.seed + 1) % 2 ** 32;
  if (messages.length === 0) fail("there is nothing to answer once more", "Say something first.");
  else if (seed === undefined) fail(`a seed cannot be “${argument}”`, `Give ${seedKey && describeRange(seedKey)}.`);
  else {
    const count = countVersions(conversation, messages.filter(({ role }) => role === "user").length, "assistant") + 1;
    const effect = sampling.temperature === 0 ? "; at temp 0 every seed says the same" : "";
    note(`once more, with seed ${seed} (${count}/${count})${effect}`);
    runTurn((chat, signal) => chat.regenerate(signal, seed));
  }
}

function undo({ conversation, note, fail, edit }: CommandContext): void {
  const text = conversation.undo();
  if (text === undefined) {
    fail("there is no turn to take back", "Say something first.");
  } else {
    note(`took back “${excerpt(text)}”; Alt-P leads back`);
    edit(text);
  }
}

function clear({ conversation, note }: CommandContext): void {
  conversation.clear();
  note("the chat begins anew; the system prompt stays; Alt-P leads back");
}
