// The few styles of the chat. Only what is legible in 16 colours on dark and on light: bold, dim, and the three hues (magenta, red,
// bright blue) that keep contrast on both. With NO_COLOR nothing but the drawn cursor is styled.
import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

const formats = {
  accent: ["bold", "magenta"],
  strong: "bold",
  faint: "dim",
  alarm: "red",
  emphasis: "italic",
  underlined: "underline",
  struck: "strikethrough",
  code: "blueBright",
  // Within code:
  keyword: "magenta",
  literal: "red",
  value: "blueBright",
} satisfies Record<string, Format>;

export type Style = keyof typeof formats;

type Paint = (text: string) => string;

export interface Theme extends Readonly<Record<Style, Paint>> {
  readonly hasStyles: boolean;
  /** The cell under the drawn cursor. */
  readonly cursor: Paint;
}

export function createTheme(env: NodeJS.ProcessEnv): Theme {
  const hasStyles = !env.NO_COLOR && env.TERM !== "dumb";
  const paints = Object.entries(formats).map(([style, format]) => [style, hasStyles ? painted(format) : plain]);
  return { ...(Object.fromEntries(paints) as Record<Style, Paint>), hasStyles, cursor: painted("inverse") };
}

/** `styleText` weighs its arguments each time; thousands of spans a second need its codes alone. */
function painted(format: Format): Paint {
  const [open, close] = styleText(format, "\n", { validateStream: false }).split("\n");
  return (text) => (text === "" ? text : `${open}${text}${close}`);
}

function plain(text: string): string {
  return text;
}
