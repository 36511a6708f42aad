// The line under the input that knows what can be done now, in wordings from long to short. Pure.
import { percent } from "./amounts.ts";
import type { SlashCommand } from "./slash-command.ts";
import { nearestCommand, parseCommand, slashCommands } from "./slash-commands.ts";
import type { ChatState, StatusFacts } from "./state.ts";
import { windowWords } from "./window-words.ts";

/** From here on the window is about to move. */
const nearlyFull = 0.8;

/** One empty wording where there is nothing to say. */
export function hintWordings(state: ChatState): readonly string[] {
  const { hint, status, phase, isStopping, editor, editing } = state;
  if (hint) return [hint];
  if (state.menu) return ["Tab and arrows move · Enter takes it · Esc closes", "Enter takes it · Esc closes"];
  if (state.search) return ["Ctrl-R goes to older ones · Enter takes it · Esc leaves", "Enter takes it · Esc leaves"];
  if (isStopping) return ["Stopping; what was said is kept", "Stopping"];
  if (phase !== "idle") return whileAnswering(state);
  if (editor.text === "?") return forCommand("/?");
  if (/^\/([a-z?]|$)/i.test(editor.text) && !editor.text.includes("\n")) return forCommand(editor.text);
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

/** What is typed names a command, begins some, or is none. */
function forCommand(text: string): string[] {
  const typed = text.slice(1).split(/\s/)[0]?.toLowerCase() ?? "";
  const exact = parseCommand(`/${typed}`)?.command;
  if (exact) return describe(exact);
  const [first, ...others] = slashCommands.filter(({ name }) => name.startsWith(typed));
  if (!first) return [`No /${typed}; did you mean /${nearestCommand(typed)}?`];
  if (others.length === 0) return describe(first);
  const names = [first, ...others].map(({ name }) => `/${name}`);
  return [names.join(" "), `${names.slice(0, 3).join(" ")}${names.length > 3 ? " …" : ""}`];
}

function describe({ name, argument, summary }: SlashCommand): string[] {
  return [`${`/${name} ${argument}`.trimEnd()}: ${summary}`, summary];
}
