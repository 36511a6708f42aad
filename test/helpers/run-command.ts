// A slash command as it was typed, on a conversation: what it said and did, a line each.

import { parseCommand } from "../../src/cli/chat/commands/parse-command.ts";
import type { CommandContext } from "../../src/cli/chat/commands/slash-command.ts";
import { usualLook } from "../../src/cli/chat/look.ts";
import type { Conversation } from "../../src/session/conversation-api.ts";
import { KvchatError } from "../../src/session/errors.ts";
import { take } from "./conversation.ts";

export async function runCommand(
  line: string,
  conversation: Conversation,
  options: Partial<CommandContext> = {},
): Promise<string[]> {
  const said: string[] = [];
  const turns: Promise<unknown>[] = [];
  const parsed = parseCommand(line);
  const context: CommandContext = {
    conversation,
    look: usualLook,
    figures: [],
    columns: 77,
    note: (text) => said.push(text),
    fail: (message, hint) => said.push(`${message}\n${hint}`),
    edit: (text, turn) => said.push(`edit${turn === undefined ? "" : ` ${turn}`}: ${text}`),
    ask: async () => undefined,
    async confirm(question) {
      said.push(question);
      return false;
    },
    showFigures: (isShown) => said.push(`figures: ${isShown}`),
    copy: (text) => said.push(`copied: ${text}`),
    async reopen(changes) {
      said.push(`reopened: ${JSON.stringify(changes)}`);
      return conversation;
    },
    draw: async (messages) => void said.push(`drawn: ${messages.map(({ content }) => content).join(" ")}`),
    recall: async (messages) => void said.push(`recalled: ${messages.map(({ content }) => content).join(" ")}`),
    runTurn(start) {
      turns.push(
        take(start(conversation, new AbortController().signal)).then(({ done }) => said.push(`turn: ${done.text}`)),
      );
    },
    leave: () => said.push("leave"),
    ...options,
  };
  try {
    await parsed?.command?.run(context, parsed.argument);
    await Promise.all(turns);
  } catch (error) {
    if (!(error instanceof KvchatError)) throw error;
    said.push(`${error.message}\n${error.hint}`);
  }
  return said;
}
