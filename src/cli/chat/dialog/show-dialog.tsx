// A dialog outside of the chat, before there is one. Nothing of it stays on screen.
import { useInput, usePaste } from "ink";
import type { ReactNode } from "react";
import { type Intent, intentsOf } from "../keys.ts";
import { createLook } from "../look.ts";
import { createFrameStream } from "../terminal/frame-stream.ts";
import { renderFrames } from "../terminal/render-frames.ts";
import { createTerminal } from "../terminal/terminal.ts";
import { createTheme } from "../theme.ts";
import { type Dialog, stepDialog } from "./dialog.ts";
import { type DialogProps, DialogView } from "./dialog-view.tsx";

export interface ShowDialogOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly isForScreenReader: boolean;
  /** Aborted, it leaves. */
  readonly signal: AbortSignal;
}

/** The answer; undefined where the user gave none. */
export async function showDialog(
  asked: Dialog,
  { stdin, stdout, signal, ...how }: ShowDialogOptions,
): Promise<string | undefined> {
  const ended = Promise.withResolvers<string | undefined>();
  const leave = () => ended.resolve(undefined);
  const theme = createTheme(process.env);
  const { isForScreenReader } = createLook(process.env, { ...how, isCalm: false });
  const terminal = createTerminal({ stdin, stdout, env: process.env, showsCursor: isForScreenReader });
  const frames = createFrameStream(terminal, (frame) => terminal.painter.frame(frame));
  let dialog = asked;

  function handle(intent: Intent): void {
    const step = stepDialog(dialog, intent);
    if ("answer" in step) ended.resolve(step.answer);
    else dialog = step.dialog;
    ink.rerender(screen());
  }

  function screen(): ReactNode {
    return (
      <Asking
        dialog={dialog}
        size={terminal.size()}
        theme={theme}
        isForScreenReader={isForScreenReader}
        onIntent={handle}
      />
    );
  }

  function resized(): void {
    terminal.painter.invalidate();
    frames.emit("resize");
    ink.rerender(screen());
  }

  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  terminal.open({ resized, hungUp: leave, crashed: ended.reject });
  const ink = renderFrames(screen(), { frames, stdin });
  try {
    return await ended.promise;
  } finally {
    signal.removeEventListener("abort", leave);
    await terminal.close();
    ink.unmount();
  }
}

function Asking({ onIntent, ...props }: DialogProps & { readonly onIntent: (intent: Intent) => void }): ReactNode {
  useInput((input, key) => {
    for (const intent of intentsOf(input, key)) onIntent(intent);
  });
  usePaste((text) => onIntent({ type: "insert", text }));
  return <DialogView {...props} />;
}
