// The only effects of the chat: the conversation's life from mount to unmount, and what each key press sets going.
import { useEffect, useState } from "react";
import type { ChatStore } from "./chat-store.ts";
import type { EditorAction } from "./editor.ts";
import type { Intent } from "./keys.ts";
import { printable, typable } from "./printable.ts";
import { editorColumns } from "./prompt.tsx";
import { type CommandContext, nearestCommand, type ParsedCommand, parseCommand } from "./slash-commands.ts";
import { linesColumns } from "./state.ts";
import type { Turns } from "./turns.ts";

/** What the chat needs of the process around it. */
export interface ChatEnvironment {
  readonly turns: Turns;
  readonly firstPrompt: string;
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
    environment.turns
      .open()
      .then(() => greet(store, environment))
      .catch(environment.leave);
    if (environment.firstPrompt !== "") controls.send(environment.firstPrompt);
  }, [store, environment, controls]);
  return controls;
}

/** Tells what runs where before anything is said, and in any case what the user should know of the model. */
function greet(store: ChatStore, { turns, isQuiet }: ChatEnvironment): void {
  const { conversation } = turns;
  if (isQuiet || !conversation) return;
  const { model, backend, notices } = conversation;
  const contextSize = conversation.usage().contextSize.toLocaleString("en");
  const greeting = `${model} on ${backend}, ${contextSize} tokens of context`;
  const isFirst = store.getState().lastKind === undefined;
  for (const text of isFirst ? [greeting, ...notices] : notices) store.dispatch({ type: "noted", text });
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
      hintToWait(turns.conversation ? "Still answering; Esc stops it" : "Still loading the model");
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
      command.run(commandContext(turns.conversation), argument);
      store.dispatch({ type: "measured", cache: turns.conversation.usage() });
    }
  }

  function commandContext(conversation: CommandContext["conversation"]): CommandContext {
    return {
      conversation,
      columns: linesColumns("note", store.getState()),
      note: (text) => store.dispatch({ type: "noted", text }),
      fail: (message, advice) => store.dispatch({ type: "erred", message, hint: advice }),
      edit: (text) => edit({ type: "set", text }),
      runTurn: (start) => turns.run(start),
      leave: () => environment.leave(),
    };
  }

  function interrupt(): void {
    if (turns.isBusy) turns.stop();
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
          return turns.isBusy ? turns.stop() : undefined;
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
