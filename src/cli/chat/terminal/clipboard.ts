// Text for the clipboard of the terminal, which may be on another machine: OSC 52.
// https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h3-Operating-System-Commands

/** What terminals take at least: 100,000 bytes with the marks, in base64. */
export const mostCopiedBytes = 74_994;

export function copyBytes(text: string, { TMUX }: NodeJS.ProcessEnv): string {
  const sequence = `\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`;
  // tmux takes it where `set-clipboard` is on, and hands it through where `allow-passthrough` is.
  return TMUX ? `${sequence}\u001bPtmux;${sequence.replaceAll("\u001b", "\u001b\u001b")}\u001b\\` : sequence;
}
