// The chat with a terminal on both sides: wires conversation, state, Ink and painter, and gives the terminal back as it was,
// whichever way the chat ends.
import type { ReadStream, WriteStream } from "node:tty";
import type { KeptMessage } from "../../session/conversation-api.ts";
import { ExitCode } from "../../session/errors.ts";
import { howToGoOn } from "../sessions/session-notices.ts";
import { loadAnswers } from "./answers.ts";
import { App } from "./app.tsx";
import type { ChatEnvironment, SuspendTerminal } from "./chat-environment.ts";
import { createChatStore } from "./chat-store.ts";
import { editExternally } from "./editor/external-editor.ts";
import { createLook } from "./look.ts";
import { initialChat } from "./state.ts";
import { createBell } from "./terminal/bell.ts";
import { createFrameStream } from "./terminal/frame-stream.ts";
import { renderFrames } from "./terminal/render-frames.ts";
import { createTerminal } from "./terminal/terminal.ts";
import { createTheme } from "./theme.ts";
import { styleLine } from "./transcript.tsx";
import { createTurns, type OpenChat } from "./turns.ts";

/** What the chat is given by whoever starts it. */
export interface ShowChatOptions {
  readonly modelName: string;
  /** Sent as the first message; empty for none. */
  readonly firstPrompt: string;
  /** What was said in earlier processes; drawn before the prompt. */
  readonly earlier: readonly KeptMessage[];
  /** What was said to models in chats that are kept, oldest first; read when it is first asked for. */
  readonly readHistory?: () => readonly string[];
  /** Answers as they are written, not as Markdown. */
  readonly isPlain: boolean;
  readonly isForScreenReader: boolean;
  /** Counters move once a second at most. */
  readonly isCalm: boolean;
  /** An answer that took longer rings; 0: none does. */
  readonly bellSeconds: number;
  readonly isQuiet: boolean;
  /** Each answer is followed by its figures. */
  readonly isVerbose?: boolean;
  /** Aborted, it ends the chat; a reason of "SIGINT" makes the exit code that of an interruption. */
  readonly signal: AbortSignal;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly openChat: OpenChat;
}

/** Runs the chat until the user leaves it; rejects where the conversation cannot be opened. */
export async function showChat(options: ShowChatOptions): Promise<ExitCode> {
  const { stdin, stdout, signal } = options;
  const ended = Promise.withResolvers<ExitCode>();
  const theme = createTheme(process.env);
  const look = createLook(process.env, options);
  const terminal = createTerminal({ stdin, stdout, env: process.env, showsCursor: look.isForScreenReader });
  let isClosed = false;
  const initial = {
    ...initialChat(terminal.size(), options.modelName, look),
    showsFigures: options.isVerbose ?? false,
  };
  const store = createChatStore(initial, (lines) => {
    if (!isClosed) terminal.painter.append(lines.map((line) => styleLine(line, theme, look)));
    // The last save comes after the screen was given back.
    else for (const line of lines.filter(({ kind }) => kind === "error")) print(styleLine(line, theme, look));
  });
  let formatting: Promise<void> | undefined;
  const format = () => {
    formatting ??= loadAnswers(theme, { isPlain: options.isPlain || look.isForScreenReader }).then((openAnswer) =>
      store.dispatch({ type: "formatted", openAnswer }),
    );
    return formatting;
  };
  const turns = createTurns(store, async (handlers, reopening) => {
    // While the model is read this thread has nothing else to do.
    const onEvent: typeof handlers.onEvent = (event) => {
      void format();
      handlers.onEvent(event);
    };
    const conversation = await options.openChat({ ...handlers, onEvent }, reopening);
    await format();
    return conversation;
  });
  const leave = (error?: unknown) => (error === undefined ? ended.resolve(ExitCode.done) : ended.reject(error));
  const frames = createFrameStream(terminal, (frame) =>
    terminal.painter.frame(frame, store.getState().phase !== "idle"),
  );
  const environment: ChatEnvironment = {
    turns,
    firstPrompt: options.firstPrompt,
    earlier: options.earlier,
    readHistory: options.readHistory ?? (() => []),
    format,
    isQuiet: options.isQuiet,
    leave,
    suspend: (suspendTerminal) => giveAway(suspendTerminal, () => terminal.suspend()),
    async editExternally(text, suspendTerminal) {
      let edited = text;
      const edit = async () => {
        edited = await editExternally(text, process.env);
      };
      await giveAway(suspendTerminal, () => terminal.lend(edit));
      return edited;
    },
    redraw: resized,
    copy: terminal.copy,
  };

  function print(line: string): void {
    stdout.write(`${line}\n`);
  }

  /** Ink leaves raw mode first: an answer that the terminal owes by then would be typed into the shell. */
  async function giveAway(suspendTerminal: SuspendTerminal, use: () => Promise<void>): Promise<void> {
    await terminal.painter.close();
    await suspendTerminal(use).finally(resized);
  }

  function resized(): void {
    terminal.painter.invalidate();
    store.dispatch({ type: "resized", ...terminal.size() });
    store.flush();
    frames.emit("resize");
  }

  const bell = createBell({ seconds: options.bellSeconds, ring: terminal.ring });
  const silence = store.subscribe(() => bell(store.getState()));
  const onAbort = () => ended.resolve(signal.reason === "SIGINT" ? ExitCode.interrupted : ExitCode.terminated);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  terminal.open({ resized, hungUp: () => ended.resolve(ExitCode.terminated), crashed: leave });
  const app = <App store={store} environment={environment} theme={theme} />;
  const ink = renderFrames(app, { frames, stdin });
  try {
    return await Promise.race([ended.promise, ink.waitUntilExit().then(() => ExitCode.done)]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    silence();
    turns.finish();
    await terminal.close();
    isClosed = true;
    ink.unmount();
    await turns.close();
    store.flush();
    const { session, messages = [] } = turns.conversation ?? {};
    if (session && messages.length > 0 && !options.isQuiet) print(theme.faint(howToGoOn(session)));
  }
}
