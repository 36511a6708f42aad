// What the text before the cursor may go on with: the name of a slash command, its argument, or a file behind `@`.
import { mentionsIn } from "../attach/mentions.ts";
import { parseCommand } from "../commands/parse-command.ts";
import type { CompletionContext } from "../commands/slash-command.ts";
import { slashCommands } from "../commands/slash-commands.ts";
import { beginningWith, type Completion } from "./candidate.ts";
import { completeMention } from "./complete-file.ts";

/** `context` is absent as long as there is no conversation. */
export async function completeInput(
  text: string,
  cursor: number,
  context: CompletionContext | undefined,
): Promise<Completion | undefined> {
  const before = text.slice(0, cursor);
  if (/^\/[a-z?-]*$/i.test(before)) return completeName(before);
  const mention = mentionsIn(before).find(({ end }) => end === cursor);
  if (mention) return { from: mention.start, candidates: await completeMention(mention) };
  return context && completeArgument(before, context);
}

function completeName(before: string): Completion {
  const names = slashCommands.map(({ name, summary }) => ({ text: `/${name}`, detail: summary }));
  return { from: 0, candidates: beginningWith(before, names) };
}

async function completeArgument(before: string, context: CompletionContext): Promise<Completion | undefined> {
  const { command, argumentAt: start = 0 } = parseCommand(before) ?? {};
  if (!command?.complete || !/\s/.test(before)) return undefined;
  const { from, candidates } = await command.complete(before.slice(start), context);
  return { from: start + from, candidates };
}
