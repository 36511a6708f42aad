// Runs a command that yargs reads, and says in our words what yargs found wrong.

import yargs, { type CommandModule } from "yargs";
import { ExitCode, KvchatError } from "../session/errors.ts";
import { quoted } from "../session/models/quoted.ts";
import { nearestHint } from "./nearest.ts";

/** What yargs found wrong with the arguments, in its words. */
class UsageError extends Error {}

/** `args` begin with the command's name. A command that has something wrong to tell sets `process.exitCode`. */
export async function runYargs(command: CommandModule, args: readonly string[]): Promise<ExitCode> {
  try {
    await parserFor(command).parseAsync([...args]);
    return (process.exitCode ?? ExitCode.done) as ExitCode;
  } catch (error) {
    if (error instanceof UsageError) throw await inOurWords(error.message, command, args);
    throw error;
  }
}

/** Without our version yargs would tell that of a package.json in the user's folder. */
function parserFor(command: CommandModule) {
  return yargs()
    .scriptName("kvchat")
    .locale("en")
    .version(false)
    .help("help")
    .alias("help", "h")
    .parserConfiguration({
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "dot-notation": false,
      "populate--": true,
    })
    .wrap(helpWidth())
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    })
    .command(command);
}

export function helpWidth(): number {
  return Math.min(process.stdout.columns || 100, 100);
}

/** What yargs prints for `args` and `--help`. */
export async function yargsHelp(command: CommandModule, args: readonly string[]): Promise<string> {
  let help = "";
  await parserFor(command).parseAsync([...args, "--help"], {}, (_error, _argv, output) => {
    help = output;
  });
  return help;
}

async function inOurWords(message: string, command: CommandModule, args: readonly string[]): Promise<KvchatError> {
  const words = args.filter((arg) => !arg.startsWith("-")).slice(0, 2);
  const help = await yargsHelp(command, words).catch(() => yargsHelp(command, words.slice(0, 1)));
  const path = `kvchat ${args[0]}`;
  const usage = (text: string, hint: string) => new KvchatError(text, { hint, exitCode: ExitCode.usage });
  const unknown = /^Unknown (?:arguments?|commands?): ([^,]+)/.exec(message)?.[1];
  if (unknown === undefined) {
    const [call = ""] = help.split("\n");
    const isLacking = message.startsWith("Not enough non-option arguments");
    return isLacking
      ? usage(`kvchat ${words.join(" ")} lacks an argument.`, `Call it as: ${call}`)
      : usage(message, `"${path} --help" shows all.`);
  }
  const flag = args.find((arg) => arg.startsWith("-") && undashed(arg) === unknown);
  const names = flag ? flagsIn(help) : commandsIn(help, path);
  const nearest = nearestHint(flag?.split("=")[0] ?? unknown, names);
  const what = `${flag ? "flag" : "command or argument"} ${quoted(flag?.split("=")[0] ?? unknown)}`;
  return usage(`kvchat ${args[0]} has no ${what}.`, `${nearest}"${path} --help" shows all.`);
}

function undashed(flag: string): string | undefined {
  return flag.replace(/^-+/, "").split("=")[0];
}

function flagsIn(help: string): string[] {
  return help.match(/(?<=\s)--?[a-z][a-z-]*/g) ?? [];
}

function commandsIn(help: string, path: string): string[] {
  return Array.from(help.matchAll(new RegExp(`^\\s+${path} ([a-z]+)`, "gm")), (match) => match[1] ?? "");
}
