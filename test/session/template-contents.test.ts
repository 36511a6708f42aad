// Where each message's content stands in the rendered text: for templates that trim, reshape, drop, refuse or repeat it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeContents, type TemplateMessage } from "../../src/session/template-contents.ts";
import { renderChatml, type TemplateVariables } from "../helpers/fake-engine.ts";

type Render = (variables: TemplateVariables) => string;

const say = (role: TemplateMessage["role"], content: string, thinking = ""): TemplateMessage => ({
  role,
  content,
  thinking,
});
const system = (content: string) => say("system", content);
const user = (content: string) => say("user", content);
const answer = (content: string, thinking?: string) => say("assistant", content, thinking);

function place(render: Render, messages: readonly TemplateMessage[]) {
  const renderTemplate = (_: string, variables: Record<string, unknown>) =>
    render(variables as unknown as TemplateVariables);
  const { text, contents } = placeContents(
    { renderTemplate },
    { source: "", bosText: "<s>", eosText: "</s>" },
    messages,
  );
  return { text, found: contents.map(({ message, start, end }) => [message.role, text.slice(start, end)]) };
}

const chat = [system("Be brief."), user("  Hello!\n"), answer("Hi. "), user("Bye.")];
const core = [
  ["system", "Be brief."],
  ["user", "Hello!"],
  ["assistant", "Hi."],
  ["user", "Bye."],
];

/** What a template does to each message, in a chat of one line a message. */
const lines =
  (show: (message: TemplateVariables["messages"][number]) => string): Render =>
  ({ messages }) =>
    `${messages.map(show).join("\n")}\nassistant:`;

function refuse(message: string): never {
  throw new Error(`while rendering\n\n  ${message}\n`);
}

describe("finds contents", () => {
  test.each<[string, Render]>([
    ["shown as they are", renderChatml],
    ["trimmed", lines(({ role, content }) => `${role}: ${content.trim()}`)],
    ["cut at a mark of thinking", lines(({ role, content }) => `${role}: ${content.split("</think>").at(-1)}`)],
    [
      "beside a token text",
      ({ messages, bos_token }) => bos_token + lines(({ content }) => content)({ messages, bos_token }),
    ],
  ])("%s", (_, render) => {
    expect(place(render, chat).found).toEqual(core);
  });

  test("of a template that joins the system prompt and the first user's text by itself", () => {
    const render: Render = ({ messages: [first, second, ...rest] }) =>
      [`${first?.content}\n\n${second?.content}`, ...rest.map(({ content }) => content)].join("|");
    expect(place(render, chat).found).toEqual(core);
  });

  test("word for word where a template reshapes some of them", () => {
    const render = lines(({ role, content }) => `${role}: ${role === "system" ? content.toUpperCase() : content}`);
    const { text, found } = place(render, chat);
    expect(text).toContain("system: BE BRIEF.\nuser:   Hello!");
    expect(found).toEqual(core.slice(1));
  });

  test("of those that are shown, where a template drops the system prompt", () => {
    const render: Render = ({ messages, bos_token }) =>
      lines(({ content }) => content)({ messages: messages.filter(({ role }) => role !== "system"), bos_token });
    // The user says words that stand in the template's own text too.
    expect(place(render, [system("a"), user("assistant"), answer("a"), user("a")]).found).toEqual([
      ["user", "assistant"],
      ["assistant", "a"],
      ["user", "a"],
    ]);
  });

  test("that are equal, in their order", () => {
    const same = [user("Yes"), answer("Yes"), user("Yes")];
    const { text, found } = place(renderChatml, same);
    expect(found).toEqual([
      ["user", "Yes"],
      ["assistant", "Yes"],
      ["user", "Yes"],
    ]);
    expect(text.match(/Yes/g)).toHaveLength(3);
  });

  test("of an answer without a word", () => {
    const silent = [user("Hello!"), answer(""), user("Hello?")];
    expect(place(renderChatml, silent).found[1]).toEqual(["assistant", ""]);
    const dropsSilence: Render = ({ messages, bos_token }) =>
      renderChatml({ messages: messages.filter(({ content }) => content !== ""), bos_token });
    expect(place(dropsSilence, silent).found).toEqual([
      ["user", "Hello!"],
      ["user", "Hello?"],
    ]);
  });

  test("that hold the characters of its marks", () => {
    const marks = [user("\u{F0000}a\u{F0001}"), answer("\u{F0001}\u{F0002}"), user("\u{F0000}")];
    expect(place(renderChatml, marks).found.map(([, content]) => content)).toEqual(marks.map(({ content }) => content));
  });
});

test("whatever is said, the text is the template's and every content is found whole", () => {
  const content = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== "");
  const turns = fc.array(fc.tuple(content, content), { maxLength: 4 });
  fc.assert(
    fc.property(fc.option(content), turns, content, (instruction, past, last) => {
      const messages = [
        ...(instruction === null ? [] : [system(instruction)]),
        ...past.flatMap(([asked, said]) => [user(asked), answer(said)]),
        user(last),
      ];
      const { text, found } = place(renderChatml, messages);
      expect(text).toBe(renderChatml({ messages, bos_token: "" }));
      expect(found).toEqual(messages.map((message) => [message.role, message.content.trim()]));
    }),
  );
});

describe("a template that refuses", () => {
  const noSystem = lines(({ role, content }) => (role === "system" ? refuse("System role not supported") : content));

  test("a system role gets its text in the first user's message", () => {
    const { text, found } = place(noSystem, chat);
    expect(text).toBe("Be brief.\n\n  Hello!\n\nHi. \nBye.\nassistant:");
    expect(found).toEqual(core);
  });

  test("an answer without a word gets a sign of one", () => {
    const render = lines(({ role, content }) => `${role}: ${content || refuse("Assistant message must have content")}`);
    const messages = [user("Hello!"), answer("", "Hm"), user("Hello?")];
    expect(place(render, messages).text).toBe("user: Hello!\nassistant: ...\nuser: Hello?\nassistant:");
    expect(place(render, messages).found).toEqual([
      ["user", "Hello!"],
      ["assistant", "..."],
      ["user", "Hello?"],
    ]);
  });

  test("both gets both", () => {
    const render = lines(({ role, content }) => (role !== "system" && content) || refuse("no"));
    expect(place(render, [system("Be brief."), user("Hello!"), answer(""), user("Bye.")]).text).toBe(
      "Be brief.\n\nHello!\n...\nBye.\nassistant:",
    );
  });

  test("everything is told in its own last words", () => {
    expect(() => place(() => refuse("Conversation roles must alternate"), chat)).toThrow(
      expect.objectContaining({
        name: "KvchatError",
        message: "The model's chat template refuses this chat: Conversation roles must alternate.",
        hint: expect.stringContaining("--system-prompt"),
      }),
    );
  });

  test.each([
    [
      "failed to render: \n---\n...{{ raise_exception('No roles.') }}\n   ^\nError: Jinja Exception: No roles.",
      "No roles.",
    ],
    ["failed to compile: parser: Parser Error: Expected }} (Got )\n...{{ m.content ...\n   ^", "Expected }} (Got )."],
  ])("%j says why", (thrown, why) => {
    expect(() => place(() => refuse(thrown), chat)).toThrow(`The model's chat template refuses this chat: ${why}`);
  });

  test("a template without a word is refused, too", () => {
    const message = "The model's chat template shows nothing of this chat.";
    expect(() => place(() => "", chat)).toThrow(expect.objectContaining({ name: "KvchatError", message }));
  });
});

test("thinking goes to the template under the names that templates know, and only where there is some", () => {
  const seen: Record<string, unknown>[] = [];
  const renderTemplate = (_: string, variables: Record<string, unknown>) => {
    seen.push(...(variables.messages as Record<string, unknown>[]));
    return "x";
  };
  placeContents({ renderTemplate }, { source: "", bosText: "", eosText: "" }, [answer("Yes.", "Hm."), user("Why?")]);
  expect(seen[0]).toEqual({ role: "assistant", content: "Yes.", reasoning_content: "Hm.", thinking: "Hm." });
  expect(seen[1]).toEqual({ role: "user", content: "Why?" });
});
