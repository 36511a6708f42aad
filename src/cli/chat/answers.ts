// How answers are shown: as Markdown, which is loaded while the prompt is already there to type in, or as they are written.
import { type OpenText, openPlainText } from "./open-text.ts";
import type { Theme } from "./theme.ts";

/** Resolves to what an answer begins with. */
export async function loadAnswers({ hasStyles }: Theme, { isPlain }: { isPlain: boolean }): Promise<() => OpenText> {
  if (isPlain) return openPlainText;
  const [{ createMarkdown }, { default: supportsHyperlinks }] = await Promise.all([
    import("./markdown/markdown-text.ts"),
    import("supports-hyperlinks"),
  ]);
  return createMarkdown({ hasStyles, hasLinks: hasStyles && supportsHyperlinks.stdout });
}
