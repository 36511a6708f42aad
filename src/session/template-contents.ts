// Runs a chat template and finds where each message's content came to stand in the text.
// The contents are marked with characters that no text uses while the template runs.
import type { Engine, Token } from "./engine/engine.ts";
import { KvchatError } from "./errors.ts";

/** A Jinja template, and the texts of the tokens it may ask for. */
export interface ChatTemplate {
  readonly source: string;
  readonly bosText: string;
  readonly eosText: string;
}

export interface TemplateMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
  readonly thinking: string;
  /** How the model produced this answer; absent for text that it did not write. */
  readonly generated?: GeneratedAnswer;
}

export interface GeneratedAnswer {
  readonly tokens: readonly Token[];
  /** The tokens as text, thinking and its marks included. */
  readonly text: string;
  /** What the template put between the user's text and this answer. */
  readonly lead: string;
}

/** Where a content stands in the rendered text: half-open, in UTF-16 units, without surrounding white space. */
export interface ContentSpan {
  readonly message: TemplateMessage;
  readonly start: number;
  readonly end: number;
}

export interface PlacedContents {
  readonly text: string;
  /** In the order of the text. */
  readonly contents: readonly ContentSpan[];
}

/** Plane 15 private-use characters; a pair per rendering, chosen so that no content holds it. */
const firstMark = 0xf0000;

export function placeContents(
  engine: Pick<Engine, "renderTemplate">,
  template: ChatTemplate,
  messages: readonly TemplateMessage[],
): PlacedContents {
  const render = (contents: readonly string[]) => renderText(engine, template, messages, contents);
  const plain = render(messages.map((message) => message.content));
  const [open, close] = unusedMarks(plain);
  const marked = render(messages.map(({ content }) => markContent(content, open, close)));
  const placed = readMarks(marked, messages, open, close);
  if (placed?.text === plain) return placed;
  return { text: plain, contents: findVerbatim(plain, messages) };
}

function unusedMarks(text: string): [string, string] {
  let code = firstMark;
  while (text.includes(String.fromCodePoint(code)) || text.includes(String.fromCodePoint(code + 1))) code += 2;
  return [String.fromCodePoint(code), String.fromCodePoint(code + 1)];
}

/** White space stays outside the marks, so that a template that trims still does. */
function markContent(content: string, open: string, close: string): string {
  const core = content.trim();
  const before = content.slice(0, content.indexOf(core));
  return before + open + core + close + content.slice(before.length + core.length);
}

function readMarks(
  marked: string,
  messages: readonly TemplateMessage[],
  open: string,
  close: string,
): PlacedContents | undefined {
  const contents: ContentSpan[] = [];
  let text = "";
  const parts = marked.split(open);
  text += parts[0];
  const left = new Set(messages);
  for (const part of parts.slice(1)) {
    const end = part.indexOf(close);
    if (end < 0) return undefined;
    const core = part.slice(0, end);
    const message = [...left].find((candidate) => candidate.content.trim() === core);
    if (!message) return undefined;
    left.delete(message);
    contents.push({ message, start: text.length, end: text.length + core.length });
    text += core + part.slice(end + close.length);
  }
  return left.size === 0 ? { text, contents } : undefined;
}

/** For a template that reshapes contents: those that stand in the text word for word, in order. */
function findVerbatim(text: string, messages: readonly TemplateMessage[]): ContentSpan[] {
  const contents: ContentSpan[] = [];
  let position = 0;
  for (const message of messages) {
    const core = message.content.trim();
    const start = text.indexOf(core, position);
    if (start < 0) continue;
    contents.push({ message, start, end: start + core.length });
    position = start + core.length;
  }
  return contents;
}

function renderText(
  engine: Pick<Engine, "renderTemplate">,
  template: ChatTemplate,
  messages: readonly TemplateMessage[],
  contents: readonly string[],
): string {
  const rendered = messages.map(({ role, thinking }, i) => ({
    role,
    content: contents[i] ?? "",
    ...(thinking && { reasoning_content: thinking, thinking }),
  }));
  const run = (list: readonly { role: string; content: string }[]) =>
    engine.renderTemplate(template.source, {
      messages: list,
      add_generation_prompt: true,
      bos_token: template.bosText,
      eos_token: template.eosText,
    });
  try {
    return run(rendered);
  } catch (error) {
    const [first, second, ...rest] = rendered;
    try {
      if (first?.role !== "system" || !second) throw error;
      return run([{ ...second, content: `${first.content}\n\n${second.content}` }, ...rest]);
    } catch {
      throw new KvchatError(`the model's chat template refuses this chat: ${lastWords(error)}`, {
        hint: "Try without --system-prompt, or another model file: its template may be broken.",
        cause: error,
      });
    }
  }
}

function lastWords(error: unknown): string {
  const lines = error instanceof Error ? error.message.split("\n").filter((line) => line.trim()) : [String(error)];
  return lines.at(-1)?.trim() ?? "unknown error";
}
