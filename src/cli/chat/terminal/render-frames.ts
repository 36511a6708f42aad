// Ink as this project uses it: it renders frames of the live region, and the painter draws them.
import { type Instance, render } from "ink";
import type { ReactNode } from "react";

export interface FrameOptions {
  /** Gets the frames. */
  readonly frames: NodeJS.WritableStream;
  readonly stdin: NodeJS.ReadStream;
}

/**
 * In its debug mode Ink writes each frame whole and leaves drawing to us; `interactive` holds where CI is set, too. What is drawn is
 * rows that fit already, so Ink takes them as the text they are, as for screen readers: set cell by cell, a frame takes twice as long.
 */
export function renderFrames(node: ReactNode, { frames, stdin }: FrameOptions): Instance {
  return render(node, {
    stdout: frames as NodeJS.WriteStream,
    stdin,
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    isScreenReaderEnabled: true,
  });
}
