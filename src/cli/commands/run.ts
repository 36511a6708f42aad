// `kvchat run`: which model, what to say to it, and whether in a chat or a pipe.
import { statSync } from "node:fs";
import { readVersions } from "#native-files";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { folders } from "../../session/folders.ts";
import { inSteps } from "../../session/in-steps.ts";
import { quoted } from "../../session/models/quoted.ts";
import { findModel, type ShowDownload } from "../find-model.ts";
import { modelOfHubFlags } from "../hub-flags.ts";
import { nativeLog } from "../native-log.ts";
import { createEventWriter, type EventWriter, failedEvent } from "../pipe/event-writer.ts";
import { joinPrompt, promptOrFile, withNamedFiles } from "../pipe/prompt.ts";
import type { PipeFormat } from "../run-options.ts";
import type { Asking } from "../sessions/ask-for-session.ts";
import type { RunSession } from "../sessions/run-session.ts";
import { readConfig } from "../settings/config-file.ts";
import { pick } from "../settings/layers.ts";
import type { Arguments } from "../settings/read-flags.ts";
import {
  cacheCap,
  configuredModel,
  configuredName,
  type GivenSettings,
  gatherSettings,
  layersFor,
  outputSettings,
  runSettings,
} from "../settings/resolve-settings.ts";
import { readStdinLines } from "../stdin-lines.ts";

export async function run(args: Arguments, signal: AbortSignal): Promise<ExitCode> {
  const format = chooseFormat(args.flags);
  const write = createEventWriter(format, process.stdout);
  try {
    return await answer({ ...args, flags: modelOfHubFlags(args.flags) }, { format, write, signal });
  } catch (error) {
    if (error instanceof KvchatError && !signal.aborted) await write(failedEvent(error));
    throw error;
  }
}

interface Output {
  readonly format: PipeFormat;
  readonly write: EventWriter;
  readonly signal: AbortSignal;
}

async function answer({ flags, positionals }: Arguments, { format, write, signal }: Output): Promise<ExitCode> {
  const given = gatherSettings({ flags, env: process.env, config: readConfig() });
  const { model, prompt: words } = splitPositionals(flags, positionals);
  const prompt = promptOrFile(words, flags.file);
  const mode = chooseMode(flags);
  const turns = mode === "turns" ? readStdinLines(process.stdin, signal) : undefined;
  if (turns) refusePromptBesideTurns(prompt);
  const save = pick([...given.above, given.config], "save")?.value !== false;
  const { quiet } = outputSettings([...given.above, given.config]);
  // The chat itself attaches what its first message names, and counts the tokens of that.
  const first = isScreen(mode) ? prompt : await withNamedFiles(prompt, { quiet });
  const text = mode === "prompt" ? await joinPrompt(first, signal) : (first ?? "");
  const canAsk = isScreen(mode);
  const isForScreenReader = pick([...given.above, given.config], "screen-reader")?.value === true;
  const session = await openSession(flags, { save, canAsk, quiet, isForScreenReader, signal });
  if (session === "shown") return ExitCode.done;
  const showDownload = format === "jsonl" ? downloadEvents(write) : undefined;
  const wanted = chooseModel(given, model, session);
  const resolved = wanted.resolved ?? (await findModel(wanted.name, { quiet, signal, showDownload }));
  session?.requireSameModel(resolved);
  const layers = layersFor(given, wanted.name, resolved, session?.layer);
  const { conversation: settings, ...output } = runSettings(layers, resolved);
  const recorder = save ? session?.record() : undefined;
  const persistence = {
    recorder,
    session: session?.loaded,
    cacheDir: folders().cache,
    capBytes: cacheCap(layers),
    engine: readVersions().llamaCpp,
  };
  const { stdin, stdout, stderr } = process;
  const onNativeLog = nativeLog(output, (line) => stderr.write(`${line}\n`));
  const options = { ...output, persistence, settings: { ...settings, onNativeLog }, signal };
  if (mode === "chat") {
    const { runChat } = await import("../chat/run-chat.tsx");
    return runChat({ ...options, firstPrompt: text || undefined, stdin, stdout, stderr });
  }
  const { runPipe } = await import("../pipe/run-pipe.ts");
  return runPipe({ ...options, prompt: text, turns, format, stdout, stderr });
}

/** Loaded only where one is wanted: that takes time. A new chat goes on, without being kept, where none can be. */
async function openSession(
  flags: Arguments["flags"],
  { quiet, ...options }: { save: boolean; canAsk: boolean; quiet: boolean } & Asking,
) {
  const { openRunSession } = await import("../sessions/run-session.ts");
  try {
    return await openRunSession(flags, options);
  } catch (error) {
    const isAskedFor = ["session", "resume", "continue"].some((key) => flags[key] !== undefined);
    if (!(error instanceof KvchatError) || isAskedFor) throw error;
    if (!quiet) process.stderr.write(`kvchat: this chat is not kept: ${error.message}\n`);
    return undefined;
  }
}

/** The one that was named, the session's, or the configured one. */
function chooseModel(given: GivenSettings, named: string | undefined, session: RunSession | undefined) {
  if (named === configuredName) return { name: configuredModel(given), resolved: undefined };
  if (named !== undefined) return { name: named, resolved: undefined };
  return session?.model ?? { name: configuredModel(given), resolved: undefined };
}

/** The first positional is the model unless `-m` names one or a session brings it; the rest is the prompt. */
export function splitPositionals(
  flags: Arguments["flags"],
  positionals: readonly string[],
): { model: string | undefined; prompt: string | undefined } {
  const [first, ...rest] = positionals;
  const isNamed = ["model", "resume", "continue"].some((key) => flags[key] !== undefined);
  const model = isNamed ? flags.model : first;
  const words = isNamed ? positionals : rest;
  if (model !== undefined && !isNamed) refusePromptAsModel(model);
  if (flags.prompt !== undefined && words.length > 0) {
    throw new KvchatError(`The prompt is given twice: by --prompt and by ${quoted(words.join(" "))}.`, {
      hint: isNamed
        ? "Give one of them."
        : "The first word without a flag is the model; quote the prompt after --prompt.",
      exitCode: ExitCode.usage,
    });
  }
  return { model, prompt: flags.prompt ?? (words.length > 0 ? words.join(" ") : undefined) };
}

/** A sentence where a model is expected is a prompt whose model was left out. */
function refusePromptAsModel(model: string): void {
  if (model.trim() !== "" && (!/\s/.test(model) || isThere(model))) return;
  throw new KvchatError(`${quoted(model)} is no model: the first argument names the model.`, {
    hint: "For the default model write: kvchat run -p PROMPT, or: kvchat run -m default PROMPT",
    exitCode: ExitCode.usage,
  });
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

type Mode = "chat" | "prompt" | "turns";

function chooseMode(flags: Arguments["flags"]): Mode {
  const isSingle = flags["single-turn"] === "true";
  if (flags.turns === "true" && isSingle)
    throw contradiction("--turns", "--single-turn", "Give --turns for many answers, or --single-turn for one.");
  if (flags.turns === "true") return "turns";
  const isPiped = !process.stdin.isTTY || !process.stdout.isTTY || flags.json === "true" || flags.jsonl === "true";
  return isPiped || isSingle ? "prompt" : "chat";
}

/** A terminal that can move no cursor is talked to by lines. */
function isScreen(mode: Mode): boolean {
  return mode === "chat" && process.env.TERM !== "dumb";
}

function chooseFormat(flags: Arguments["flags"]): PipeFormat {
  if (flags.json === "true" && flags.jsonl === "true") {
    throw contradiction("--json", "--jsonl", "Give --jsonl for all events, or --json for the result alone.");
  }
  return flags.jsonl === "true" ? "jsonl" : flags.json === "true" ? "json" : "text";
}

function contradiction(one: string, other: string, hint: string): KvchatError {
  return new KvchatError(`${one} and ${other} contradict each other.`, { hint, exitCode: ExitCode.usage });
}

function refusePromptBesideTurns(prompt: string | undefined): void {
  if (prompt === undefined) return;
  throw new KvchatError(`--turns reads the turns from stdin, and there is a prompt, too: ${quoted(prompt)}.`, {
    hint: "Put the prompt in the first line of stdin.",
    exitCode: ExitCode.usage,
  });
}

function downloadEvents(write: EventWriter): ShowDownload {
  const report = inSteps((fraction) => void write({ type: "loading", stage: "download", fraction }));
  return (doneBytes, totalBytes) => totalBytes > 0 && report(doneBytes / totalBytes);
}
