// The slash commands: a table of data with run functions. A new command is one entry here.
import { branchCommands } from "./branch-commands.ts";
import { cacheCommands } from "./cache-commands.ts";
import { completeHelp, showHelp } from "./help.ts";
import { kvCommands } from "./kv-commands.ts";
import { modelCommand } from "./model-command.ts";
import { outputCommands } from "./output-commands.ts";
import { sessionCommands } from "./session-commands.ts";
import { setCommand } from "./set-command.ts";
import type { SlashCommand } from "./slash-command.ts";
import { systemCommand } from "./system-command.ts";
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
  systemCommand,
  setCommand,
  modelCommand,
  ...cacheCommands,
  ...kvCommands,
  ...sessionCommands,
  ...outputCommands,
  {
    name: "quit",
    argument: "",
    summary: "leave; so do exit, /bye and Ctrl-D",
    run: (context) => context.leave(),
  },
];
