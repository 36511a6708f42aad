// The few styles of the chat. Only what is legible in 16 colours on dark and on light: bold, dim, and the two hues (magenta, red)
// that keep contrast on both. With NO_COLOR nothing but the drawn cursor is styled.
import { styleText } from "node:util";

export interface Theme {
  accent(text: string): string;
  strong(text: string): string;
  faint(text: string): string;
  alarm(text: string): string;
  /** The cell under the drawn cursor. */
  cursor(text: string): string;
}

type Format = Parameters<typeof styleText>[0];

export function createTheme(env: NodeJS.ProcessEnv): Theme {
  const isColoured = !env.NO_COLOR && env.TERM !== "dumb";
  const style = (format: Format) => (text: string) =>
    isColoured && text !== "" ? styleText(format, text, { validateStream: false }) : text;
  return {
    accent: style(["bold", "magenta"]),
    strong: style("bold"),
    faint: style("dim"),
    alarm: style("red"),
    cursor: (text) => styleText("inverse", text, { validateStream: false }),
  };
}
