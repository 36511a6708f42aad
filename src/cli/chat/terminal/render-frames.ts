// Ink as this project uses it: it renders frames of the live region, and the painter draws them.
import { type Instance, render } from "ink";
import type { ReactNode } from "react";

export interface FrameOptions {
  /** Gets the frames. */
  readonly frames: NodeJS.WritableStream;
  readonly stdin: NodeJS.ReadStream;
  readonly isForScreenReader?: boolean;
}

/** In its debug mode Ink writes each frame whole and leaves drawing to us; `interactive` holds where CI is set, too. */
export function renderFrames(node: ReactNode, { frames, stdin, isForScreenReader }: FrameOptions): Instance {
  return render(node, {
    stdout: frames as NodeJS.WriteStream,
    stdin,
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    isScreenReaderEnabled: isForScreenReader,
  });
}
