// Runs a chat template and finds where each message's content came to stand in the text.
// The contents are marked with characters that no text uses while the template runs.
import type { Engine, Token } from "./engine/engine.ts";
import { KvchatError } from "./errors.ts";
import { type Reasoning, reasoningVariables } from "./reasoning-variables.ts";

/** A Jinja template, and the texts of the tokens it may ask for. */
export interface ChatTemplate {
  readonly source: string;
  readonly bosText: string;
  readonly eosText: string;
  /** Whether it is asked to let the model think; absent: `auto`. */
  readonly reasoning?: Reasoning;
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

/** Private-use characters of plane 15: one that closes contents, then one for each message that opens its own. */
const firstMark = 0xf0000;

/** Throws KvchatError where the template refuses these messages in every form that says the same. */
export function placeContents(
  engine: Pick<Engine, "renderTemplate">,
  template: ChatTemplate,
  messages: readonly TemplateMessage[],
): PlacedContents {
  const { form, text } = chooseForm(engine, template, messages);
  if (text === "") throw refusal("shows nothing of this chat");
  const marks = unusedMarks(text, form.messages.length);
  const marked = renderForm(engine, template, form, (content, index) => markContent(content, marks, index));
  const placed = readMarks(marked, form.messages, marks);
  return placed?.text === text ? placed : { text, contents: findVerbatim(text, form.messages) };
}

interface Marks {
  readonly close: string;
  readonly opens: readonly string[];
}

function unusedMarks(text: string, messages: number): Marks {
  const used = new Set(text);
  const marksFrom = (code: number) => Array.from({ length: messages + 1 }, (_, i) => String.fromCodePoint(code + i));
  let code = firstMark;
  while (marksFrom(code).some((mark) => used.has(mark))) code += messages + 1;
  const [close = "", ...opens] = marksFrom(code);
  return { close, opens };
}

/** White space stays outside the marks, so that a template that trims still does. */
function markContent(content: string, { opens, close }: Marks, index: number): string {
  const core = content.trim();
  const before = content.slice(0, content.indexOf(core));
  return before + opens[index] + core + close + content.slice(before.length + core.length);
}

/** Undefined where a content is not whole or shown twice, or a user's is not shown. */
function readMarks(marked: string, messages: readonly TemplateMessage[], marks: Marks): PlacedContents | undefined {
  const contents: ContentSpan[] = [];
  const left = new Set(messages);
  const [start = "", ...parts] = marked.split(new RegExp(`([${marks.opens.join("")}])`, "u"));
  let text = start;
  for (let i = 0; i < parts.length; i += 2) {
    const [open = "", part = ""] = parts.slice(i, i + 2);
    const message = messages[marks.opens.indexOf(open)];
    const core = part.slice(0, Math.max(0, part.indexOf(marks.close)));
    if (!message || !left.delete(message) || core !== message.content.trim()) return undefined;
    contents.push({ message, start: text.length, end: text.length + core.length });
    text += core + part.slice(core.length + marks.close.length);
  }
  return [...left].some(({ role }) => role === "user") ? undefined : { text, contents };
}

/** For a template that reshapes contents: those that stand in the text word for word, in order. */
function findVerbatim(text: string, messages: readonly TemplateMessage[]): ContentSpan[] {
  const contents: ContentSpan[] = [];
  let position = 0;
  for (const message of messages) {
    const core = message.content.trim();
    const start = text.indexOf(core, position);
    if (core === "" || start < 0) continue;
    contents.push({ message, start, end: start + core.length });
    position = start + core.length;
  }
  return contents;
}

/** How a chat is put to a template: many refuse a system role, some an answer without a word. */
interface ChatForm {
  readonly messages: readonly TemplateMessage[];
  readonly systemInFirstUser: boolean;
}

/** Stands for an answer that was stopped before its first word. */
const noAnswer = "...";

function chooseForm(
  engine: Pick<Engine, "renderTemplate">,
  template: ChatTemplate,
  messages: readonly TemplateMessage[],
): { form: ChatForm; text: string } {
  const filled = messages.map((message) =>
    message.role === "assistant" && message.content.trim() === "" ? { ...message, content: noAnswer } : message,
  );
  const refusals: unknown[] = [];
  for (const said of [messages, filled]) {
    for (const systemInFirstUser of [false, true]) {
      const form = { messages: said, systemInFirstUser };
      try {
        return { form, text: renderForm(engine, template, form, (content) => content) };
      } catch (error) {
        refusals.push(error);
      }
    }
  }
  throw refusal(`refuses this chat: ${lastWords(refusals[0])}`, refusals[0]);
}

function refusal(why: string, cause?: unknown): KvchatError {
  const hint = "Try without --system-prompt, or another model file: its template may be broken.";
  return new KvchatError(`The model's chat template ${why}.`, { hint, cause });
}

function renderForm(
  engine: Pick<Engine, "renderTemplate">,
  template: ChatTemplate,
  { messages, systemInFirstUser }: ChatForm,
  show: (content: string, index: number) => string,
): string {
  const shown = messages.map(({ role, content, thinking }, index) => ({
    role,
    content: show(content, index),
    ...(thinking && { reasoning_content: thinking, thinking }),
  }));
  const [system, user, ...rest] = shown;
  const isJoined = systemInFirstUser && system?.role === "system" && user !== undefined;
  return engine.renderTemplate(template.source, {
    messages: isJoined ? [{ ...user, content: `${system.content}\n\n${user.content}` }, ...rest] : shown,
    add_generation_prompt: true,
    bos_token: template.bosText,
    eos_token: template.eosText,
    ...reasoningVariables(template.source, template.reasoning),
  });
}

/** The engine quotes the template around its words, with a mark under the place, and names what threw them before. */
function lastWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const words = text.split("\n").findLast((line) => /^\s*\p{L}/u.test(line)) ?? text;
  return (
    words
      .replace(/^.*\b(Error|Exception): /, "")
      .trim()
      .replace(/\.$/, "") || "unknown error"
  );
}
