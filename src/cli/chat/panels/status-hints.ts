// The line under the input that knows what can be done now, in wordings from long to short. Pure.

import { commandsBeginning } from "../commands/find-command.ts";
import { describeUnknown, parseCommand } from "../commands/parse-command.ts";
import type { SlashCommand } from "../commands/slash-command.ts";
import { slashCommands } from "../commands/slash-commands.ts";
import { windowWords } from "../commands/window-words.ts";
import { isOpenBlock } from "../editor/block-text.ts";
import type { ChatState, StatusFacts } from "../state.ts";
import { percent } from "./amounts.ts";

/** From here on the window is about to move. */
const nearlyFull = 0.8;

/** One empty wording where there is nothing to say. */
export function hintWordings(state: ChatState): readonly string[] {
  const { hint, status, phase, isStopping, editor, editing } = state;
  if (hint) return [hint];
  if (state.menu) return ["Tab and arrows move · Enter takes it · Esc closes", "Enter takes it · Esc closes"];
  if (state.search) return ["Ctrl-R goes to older ones · Enter takes it · Esc leaves", "Enter takes it · Esc leaves"];
  if (isStopping) return ["Stopping; what was said is kept", "Stopping"];
  if (isOpenBlock(editor.text)) return ['Enter makes a new line until """ ends the text', '""" ends the text'];
  if (phase !== "idle") return whileAnswering(state);
  const forText = editor.text.includes("\n") ? undefined : forCommand(editor.text);
  if (forText) return forText;
  if (editing !== undefined) {
    return [
      `Enter says this in the place of message ${editing} · Esc leaves the chat as it is`,
      "Enter sends · Esc cancels",
    ];
  }
  if (editor.text !== "") return ["Enter sends · Alt-Enter makes a new line", "Enter sends"];
  if (status.loading) return ["Loading; what you write waits for the model", "Loading; you can write already"];
  const fullness = whenFull(status);
  if (status.version && !fullness) {
    return [`Version ${status.version}: Alt-P and Alt-N go to the others`, `${status.version} · Alt-P, Alt-N`];
  }
  if (state.isResumed) {
    return ["Goes on where it ended · /cache shows what came back · Up recalls", "Goes on where it ended · Up recalls"];
  }
  if (fullness) return [`${fullness} · /cache shows what`, fullness];
  if (state.figures.length === 0) {
    return ["Enter sends · Alt-Enter makes a new line · Ctrl-D leaves", "Enter sends · Ctrl-D leaves"];
  }
  return ["/help lists the commands · /cache shows the cache · Ctrl-D leaves", "/help · /cache · Ctrl-D leaves"];
}

/** The status as a sentence that stays as it is while an answer is read out. */
export function readerSentence(state: ChatState): string {
  const { hint, phase, status } = state;
  if (hint) return hint;
  // What the keys do otherwise now must be heard.
  if (state.menu || state.search || state.editing !== undefined)
    return `${(hintWordings(state)[0] ?? "").replaceAll(" · ", ". ")}.`;
  if (phase !== "idle") return "Answering. Escape stops.";
  if (status.loading) return "Loading the model.";
  const used = status.cache && status.cache.contextSize > 0 ? status.cache.used / status.cache.contextSize : 0;
  return `Ready. ${Math.round(used * 100)} percent of the context is used.`;
}

function whileAnswering({ status, queue, editor }: ChatState): string[] {
  if (editor.text !== "") return ["Enter sends it after the answer · Esc stops", "Enter sends it after this"];
  if (queue.length > 0) return ["Sent after the answer · Up takes it back · Esc stops", "Up takes it back · Esc stops"];
  const stops = "Esc stops and keeps what was said";
  const fullness = whenFull(status);
  return fullness ? [`Esc stops · ${fullness}`, "Esc stops"] : [stops, "Esc stops"];
}

function whenFull({ cache }: StatusFacts): string | undefined {
  if (!cache || cache.contextSize === 0 || cache.used < nearlyFull * cache.contextSize) return undefined;
  return `${percent(cache.used / cache.contextSize)} full: ${windowWords[cache.windowPolicy].next}`;
}

/** What is typed names a command, begins some, is none, or only looks like one. */
function forCommand(text: string): string[] | undefined {
  const parsed = parseCommand(text);
  if (parsed?.command) return describe(parsed.command);
  if (!parsed && !text.startsWith("/")) return undefined;
  const some = commandsBeginning(parsed?.name ?? "", slashCommands).map(({ name }) => `/${name}`);
  if (parsed ? some.length > 0 : text === "/")
    return [some.join(" "), `${some.slice(0, 3).join(" ")}${some.length > 3 ? " …" : ""}`];
  return [parsed ? describeUnknown(parsed.name) : "Enter sends it as a message: it is no command"];
}

function describe({ name, argument, summary }: SlashCommand): string[] {
  return [`${`/${name} ${argument}`.trimEnd()}: ${summary}`, summary];
}
