// `/system`: shows or sets the system prompt.
import { plural } from "./amounts.ts";
import { withoutMarks } from "./block-text.ts";
import type { CommandContext, SlashCommand } from "./slash-command.ts";

export const systemCommand: SlashCommand = {
  name: "system",
  argument: "[text]",
  summary: 'show or set the system prompt; "" for none',
  run: setSystem,
};

export function setSystem(context: CommandContext, argument: string): void {
  const { conversation } = context;
  if (argument === "") {
    context.note(
      conversation.systemPrompt === "" ? "there is no system prompt" : `system prompt: ${conversation.systemPrompt}`,
    );
    return;
  }
  conversation.setSystemPrompt(argument === '""' ? "" : withoutMarks(argument));
  const { used } = conversation.usage();
  const effect = used === 0 ? "" : `; the ${plural(used, "token")} in the cache are read again with your next message`;
  context.note(`the system prompt is ${conversation.systemPrompt === "" ? "gone" : "set"}${effect}`);
}
