// The only effects of the chat: the conversation's life from mount to unmount, and what each key press sets going.
import { useEffect, useState } from "react";
import type { KeptMessage } from "../../session/conversation-api.ts";
import { describeResumption } from "../sessions/session-notices.ts";
import type { ChatStore } from "./chat-store.ts";
import type { EditorAction } from "./editor.ts";
import type { Intent } from "./keys.ts";
import { printable, typable } from "./printable.ts";
import { editorColumns } from "./prompt.tsx";
import { recall } from "./recall.ts";
import type { CommandContext } from "./slash-command.ts";
import { nearestCommand, type ParsedCommand, parseCommand } from "./slash-commands.ts";
import { linesColumns } from "./state.ts";
import type { Turns } from "./turns.ts";

/** What the chat needs of the process around it. */
export interface ChatEnvironment {
  readonly turns: Turns;
  readonly firstPrompt: string;
  /** What was said in earlier processes. */
  readonly earlier: readonly KeptMessage[];
  /** Resolves when it is known how answers look. */
  format(): Promise<void>;
  readonly isQuiet: boolean;
  /** Ends the chat; with an error when it could not begin. */
  leave(error?: unknown): void;
  /** Stops the process until the shell continues it, as Ctrl-Z does. */
  suspend(suspendTerminal: (whileSuspended: () => void) => Promise<unknown>): void;
  redraw(): void;
}

export interface ChatControls {
  /** Says something to the model; it can be recalled in the editor. */
  send(text: string): void;
  handle(intent: Intent): void;
  paste(text: string): void;
}

type SuspendTerminal = Parameters<ChatEnvironment["suspend"]>[0];

export function useConversation(
  store: ChatStore,
  environment: ChatEnvironment,
  suspendTerminal: SuspendTerminal,
): ChatControls {
  const [controls] = useState(() => createControls(store, environment, suspendTerminal));
  useEffect(() => {
    const { turns, firstPrompt, earlier, format, leave } = environment;
    const recalled = turns.work(() => recall(store, earlier, format));
    const opened = turns.open().then(async () => {
      await recalled;
      greet(store, environment);
    });
    // What of an earlier chat comes back is told before anything is added to it.
    const first = earlier.length > 0 ? opened : recalled;
    first.then(() => firstPrompt !== "" && controls.send(firstPrompt)).catch(leave);
    opened.catch(leave);
  }, [store, environment, controls]);
  return controls;
}

/** Tells what runs where before anything is said, what came back of an earlier chat, and what the user should know of the model. */
function greet(store: ChatStore, { turns, isQuiet, earlier }: ChatEnvironment): void {
  const { conversation } = turns;
  if (!conversation) return;
  const { model, backend, notices, resumption } = conversation;
  const { unanswered } = resumption ?? {};
  if (unanswered !== undefined && store.getState().editor.text === "")
    store.dispatch({ type: "edited", edit: { type: "set", text: unanswered } });
  if (isQuiet) return;
  const contextSize = conversation.usage().contextSize.toLocaleString("en");
  const greeting = `${model} on ${backend}, ${contextSize} tokens of context`;
  const isFirst = store.getState().lastKind === undefined;
  const resumed = resumption && earlier.length > 0 ? [describeResumption(resumption)] : [];
  for (const text of [...(isFirst ? [greeting] : []), ...notices, ...resumed]) store.dispatch({ type: "noted", text });
}

function createControls(
  store: ChatStore,
  environment: ChatEnvironment,
  suspendTerminal: SuspendTerminal,
): ChatControls {
  const { turns } = environment;
  const edit = (action: EditorAction) => store.dispatch({ type: "edited", edit: action });
  const hint = (text: string) => store.dispatch({ type: "hinted", hint: { text, waits: false } });
  const hintToWait = (text: string) => store.dispatch({ type: "hinted", hint: { text, waits: true } });

  function submit(): void {
    const { text, cursor } = store.getState().editor;
    if (text.slice(0, cursor).endsWith("\\") && cursor === text.length) {
      edit({ type: "backspace" });
      edit({ type: "insert", text: "\n" });
    } else if (text.trim() === "") {
      return;
    } else if (turns.isBusy && !isLeaving(text)) {
      if (!turns.conversation) hintToWait("Still loading the model");
      else if (turns.isAnswering) hintToWait("Still answering; Esc stops it");
      else hint("One moment");
    } else {
      const parsed = parseCommand(text.trimEnd());
      if (parsed) runCommand(parsed, text.trimEnd());
      else send(text.trim());
    }
  }

  function send(text: string): void {
    edit({ type: "set", text });
    edit({ type: "remember" });
    store.dispatch({ type: "said", text });
    turns.run((conversation, signal) => conversation.send(text, signal));
  }

  function runCommand({ command, name, argument }: ParsedCommand, text: string): void {
    if (command?.name === "quit") {
      environment.leave();
    } else if (!command) {
      hint(`No /${printable(name)}; did you mean /${nearestCommand(name)}?`);
    } else if (!turns.conversation) {
      hintToWait("Still loading the model");
    } else {
      edit({ type: "remember" });
      store.dispatch({ type: "said", text });
      const context = commandContext(turns.conversation);
      void turns.work(() => command.run(context, argument));
    }
  }

  function commandContext(conversation: CommandContext["conversation"]): CommandContext {
    const { look, figures } = store.getState();
    return {
      conversation,
      look,
      figures,
      columns: linesColumns("note", store.getState()),
      note: (text) => store.dispatch({ type: "noted", text }),
      fail: (message, advice) => store.dispatch({ type: "erred", message, hint: advice }),
      edit: (text) => edit({ type: "set", text }),
      recall: (messages) => recall(store, messages),
      runTurn: (start) => turns.run(start),
      leave: () => environment.leave(),
    };
  }

  function interrupt(): void {
    if (turns.isAnswering) turns.stop();
    else if (store.getState().editor.text !== "") edit({ type: "remember" });
    else environment.leave();
  }

  return {
    send,
    paste: (text) => edit({ type: "insert", text: typable(text) }),
    handle(intent) {
      const columns = editorColumns(store.getState());
      switch (intent.type) {
        case "insert":
          return edit({ type: "insert", text: typable(intent.text) });
        case "newline":
          return edit({ type: "insert", text: "\n" });
        case "submit":
          return submit();
        case "stop":
          return turns.stop();
        case "interrupt":
          return interrupt();
        case "endOfInput":
          return store.getState().editor.text === "" ? environment.leave() : edit({ type: "delete" });
        case "suspend":
          return environment.suspend(suspendTerminal);
        case "redraw":
          return environment.redraw();
        case "up":
        case "down":
        case "home":
        case "end":
          return edit({ type: intent.type, columns });
        default:
          return edit({ type: intent.type });
      }
    },
  };
}

function isLeaving(text: string): boolean {
  return parseCommand(text.trim())?.command?.name === "quit";
}
