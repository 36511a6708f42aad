// The slash commands: a table of data with run functions. A new command is one entry here.
import { closest } from "fastest-levenshtein";
import { plural } from "./amounts.ts";
import { branchCommands } from "./branch-commands.ts";
import { cacheCommands } from "./cache-commands.ts";
import { type Completion, completeWord } from "./complete/candidate.ts";
import { completeHelp, showHelp } from "./help.ts";
import { kvCommands } from "./kv-commands.ts";
import { outputCommands } from "./output-commands.ts";
import { reasoningKey, setReasoning } from "./reasoning-key.ts";
import { describeRange, parseSamplingValue, samplingKeys } from "./sampling-keys.ts";
import { sessionCommands } from "./session-commands.ts";
import type { CommandContext, SlashCommand } from "./slash-command.ts";
import { type TableRow, tableRows } from "./table-rows.ts";
import { turnCommands } from "./turn-commands.ts";

export const slashCommands: readonly SlashCommand[] = [
  {
    name: "help",
    argument: "[topic]",
    summary: "what there is to do; also keys, commands, one of them",
    complete: (argument) => completeHelp(argument, slashCommands),
    run: (context, argument) => showHelp(context, argument, slashCommands),
  },
  ...turnCommands,
  ...branchCommands,
  { name: "system", argument: "[text]", summary: 'show or set the system prompt; "" for none', run: setSystem },
  {
    name: "set",
    argument: "[key value]",
    summary: "show or set how tokens are chosen, and thinking",
    complete: completeSampling,
    run: setSampling,
  },
  ...cacheCommands,
  ...kvCommands,
  ...sessionCommands,
  ...outputCommands,
  { name: "quit", argument: "", summary: "leave; so do exit, /bye and Ctrl-D", run: (context) => context.leave() },
];

function setSystem(context: CommandContext, argument: string): void {
  const { conversation } = context;
  if (argument === "") {
    context.note(
      conversation.systemPrompt === "" ? "there is no system prompt" : `system prompt: ${conversation.systemPrompt}`,
    );
    return;
  }
  conversation.setSystemPrompt(argument === '""' ? "" : argument);
  const { used } = conversation.usage();
  const effect = used === 0 ? "" : `; the ${plural(used, "token")} in the cache are read again with your next message`;
  context.note(`the system prompt is ${conversation.systemPrompt === "" ? "gone" : "set"}${effect}`);
}

function completeSampling(argument: string): Completion {
  const keys = [...samplingKeys, reasoningKey].map(({ name, summary }) => ({ text: name, detail: summary }));
  return completeWord(argument, /\s/.test(argument) ? [] : keys);
}

function setSampling(context: CommandContext, argument: string): void {
  const { conversation } = context;
  const words = argument.split(/[\s=]+/).filter((word) => word !== "");
  if (setReasoning(context, words)) return;
  const [name = "", value = "", ...others] = words;
  const key = samplingKeys.find((candidate) => candidate.name === name.replace(/^--/, "").replaceAll("_", "-"));
  if (name === "") {
    const rows = samplingKeys.map(
      ({ name, field, summary }): TableRow => [`${name.padEnd(15)} ${conversation.sampling[field]}`, summary],
    );
    const reasoning: TableRow = [`${reasoningKey.name.padEnd(15)} ${conversation.reasoning}`, reasoningKey.summary];
    context.note(tableRows([...rows, reasoning], context.columns));
  } else if (!key) {
    const nearest = closest(
      name,
      [...samplingKeys, reasoningKey].map((candidate) => candidate.name),
    );
    context.fail(`there is no setting “${name}”`, `Did you mean ${nearest}? /set alone lists them all.`);
  } else if (value === "") {
    context.note(`${key.name} is ${conversation.sampling[key.field]}`);
  } else {
    const parsed = others.length === 0 ? parseSamplingValue(key, value) : undefined;
    if (parsed === undefined) {
      context.fail(`${key.name} cannot be “${[value, ...others].join(" ")}”`, `Give ${describeRange(key)}.`);
      return;
    }
    const before = conversation.sampling[key.field];
    conversation.setSampling({ [key.field]: parsed });
    const after = conversation.sampling[key.field];
    const effect = key.field === "temperature" && after === 0 ? ": always the likeliest token" : "";
    context.note(`${key.name} ${before} → ${after}${effect}, from the next answer on`);
  }
}
