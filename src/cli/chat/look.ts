// How the chat shows itself, besides its colours: for eyes or for a screen reader, in motion or calm, and with which glyphs.
import { createGlyphs, type Glyphs } from "./glyphs.ts";

export interface Look {
  readonly glyphs: Glyphs;
  /** Sentences in place of gauges and marks, and nothing that changes while it is read. */
  readonly isForScreenReader: boolean;
  /** Counters move once a second at most. */
  readonly isCalm: boolean;
}

/** Ink's own variable asks for a screen reader, too. */
export function createLook(
  env: NodeJS.ProcessEnv,
  { isForScreenReader, isCalm }: Pick<Look, "isForScreenReader" | "isCalm">,
): Look {
  const isRead = isForScreenReader || env.INK_SCREEN_READER === "true";
  return { glyphs: createGlyphs(env), isForScreenReader: isRead, isCalm: isCalm || isRead };
}

export const usualLook: Look = { glyphs: createGlyphs({}), isForScreenReader: false, isCalm: false };
