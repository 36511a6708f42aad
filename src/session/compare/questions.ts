// What the answers of a comparison are asked for: a few built-in prompts, or the turns of a saved chat.
import { renderPrompt } from "../chat-template.ts";
import type { Engine, Token } from "../engine/engine.ts";
import type { LoadedSession } from "../store/session-record.ts";
import type { ChatTemplate, TemplateMessage } from "../template-contents.ts";
import type { Question } from "./answers.ts";

const builtInPrompts = [
  "Explain in a few sentences why the sky is blue.",
  "Write a Python function that returns the n-th Fibonacci number.",
  "List the days of the week in French.",
  "A train leaves at 9:40 and arrives at 13:05. How long does it take?",
];

type Tokenizer = Pick<Engine, "tokenize" | "renderTemplate" | "bosToken">;

export function builtInQuestions(engine: Tokenizer, template: ChatTemplate): Question[] {
  return builtInPrompts.map((prompt) => {
    const message: TemplateMessage = { role: "user", content: prompt, thinking: "" };
    return { prompt, tokens: renderPrompt(engine, template, [message]).tokens };
  });
}

export interface SessionText {
  /** The whole chat, answers as the model generated them. */
  readonly tokens: readonly Token[];
  /** The last questions of the chat, each with all that was said before. */
  readonly questions: readonly Question[];
}

/** The chat's current branch as the model saw it, thrown together for one context; no turn is left out. */
export function readSessionText(
  engine: Tokenizer,
  template: ChatTemplate,
  { session, messages }: LoadedSession,
): SessionText {
  const system: TemplateMessage[] =
    session.systemPrompt === "" ? [] : [{ role: "system", content: session.systemPrompt, thinking: "" }];
  const asked = messages.flatMap(({ role }, index) => (role === "user" ? [index] : []));
  const promptOf = (index: number) =>
    renderPrompt(engine, template, [...system, ...messages.slice(0, index + 1)]).tokens;
  const last = asked.at(-1);
  if (last === undefined) return { tokens: [], questions: [] };
  const answer = messages[last + 1];
  const answered = answer ? (answer.generated?.tokens ?? engine.tokenize(answer.content, false)) : [];
  const questions = asked.map((index) => ({ prompt: messages[index]?.content ?? "", tokens: promptOf(index) }));
  return {
    tokens: [...promptOf(last), ...answered],
    questions: questions.slice(-builtInPrompts.length),
  };
}
