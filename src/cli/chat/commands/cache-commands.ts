// The slash commands that show the cache at work.
import { cachePanel } from "../panels/cache-panel.ts";
import { statsPanel } from "../panels/stats-panel.ts";
import type { CommandContext, SlashCommand } from "./slash-command.ts";

export const cacheCommands: readonly SlashCommand[] = [
  { name: "cache", argument: "", summary: "what is in the KV cache, and what leaves it next", run: showCache },
  { name: "stats", argument: "", summary: "how fast the answers came, and what they reused", run: showStats },
];

async function showCache(context: CommandContext): Promise<void> {
  const { conversation, note } = context;
  const { messages, sessions } = conversation;
  const report = await conversation.cacheReport();
  note(cachePanel({ usage: conversation.usage(), report, messages, isKept: sessions !== undefined }, context));
}

function showStats(context: CommandContext): void {
  context.note(statsPanel(context.figures, context));
}
