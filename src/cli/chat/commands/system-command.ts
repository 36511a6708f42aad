// `/system`: shows or sets the system prompt.
import type { Conversation } from "../../../session/conversation-api.ts";
import { withoutMarks } from "../editor/block-text.ts";
import { plural } from "../panels/amounts.ts";
import type { CommandContext, SlashCommand } from "./slash-command.ts";

export const systemCommand: SlashCommand = {
  name: "system",
  argument: "[text]",
  summary: 'show or set the system prompt; "" for none',
  run: setSystem,
};

export function setSystem(context: CommandContext, argument: string): void {
  const { conversation, note } = context;
  if (argument === "") {
    const { systemPrompt } = conversation;
    const own = inItsPlace(conversation);
    if (systemPrompt !== "") note(`system prompt: ${systemPrompt}`);
    else note(own === "" ? "there is no system prompt" : `there is no system prompt of yours: ${own}`);
    return;
  }
  conversation.setSystemPrompt(argument === '""' ? "" : withoutMarks(argument));
  const { used } = conversation.usage();
  const effect = used === 0 ? "" : `; the ${plural(used, "token")} in the cache are read again with your next message`;
  const own = conversation.systemPrompt === "" ? inItsPlace(conversation) : "";
  note(`the system prompt is ${conversation.systemPrompt === "" ? "gone" : "set"}${effect}${own && `; ${own}`}`);
}

/** What the model sees where there is none. */
function inItsPlace(conversation: Conversation): string {
  const { ownSystemPrompt: own } = conversation;
  if (own === "") return "";
  return `the model's template brings its own of ${plural(conversation.countTokens(own), "token")}: “${own}”`;
}
