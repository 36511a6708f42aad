// Thinking told from answer: every format, whole and cut at every place, unfinished, absent, and where the template opens it.
import { describe, expect, test } from "vitest";
import { type TextPart, ThinkingSplitter } from "../../src/session/thinking.ts";

interface Format {
  readonly name: string;
  /** A line of a template that uses it. */
  readonly template: string;
  readonly open: string;
  readonly close: string;
}

const formats: readonly Format[] = [
  { name: "Qwen 3", template: "'<think>\n' + reasoning + '\n</think>'", open: "<think>", close: "</think>" },
  { name: "DeepSeek R1", template: "content.split('</think>')[-1]", open: "<think>", close: "</think>" },
  {
    name: "gpt-oss",
    template: "<|start|>assistant<|channel|>analysis<|message|>",
    open: "<|channel|>analysis<|message|>",
    close: "<|end|><|start|>assistant<|channel|>final<|message|>",
  },
  { name: "Magistral", template: "[THINK]{{ block }}[/THINK]", open: "[THINK]", close: "[/THINK]" },
  { name: "Seed-OSS", template: "<seed:think>", open: "<seed:think>", close: "</seed:think>" },
  { name: "Command A", template: "<|START_THINKING|>", open: "<|START_THINKING|>", close: "<|END_THINKING|>" },
];

function split(template: string, lead: string, parts: readonly string[]) {
  const splitter = new ThinkingSplitter(template, lead);
  const told = [...parts.flatMap((part) => splitter.push(part)), ...splitter.end()];
  return { thinking: textOf(told, "thinking"), answer: textOf(told, "answer"), told };
}

function textOf(parts: readonly TextPart[], kind: TextPart["kind"]): string {
  return parts
    .filter((part) => part.kind === kind)
    .map(({ text }) => text)
    .join("");
}

/** The text cut in two at every place, and into single characters. */
function cuts(text: string): string[][] {
  return [...Array.from(text, (_, at) => [text.slice(0, at), text.slice(at)]), Array.from(text)];
}

describe.each(formats)("$name", ({ template, open, close }) => {
  const thought = "It asks for 2 < 3.\n\nSo <b> it is.";
  const reply = "Yes: 2 < 3.\n\nIt is so.\n";

  test.each([
    ["as models write it", "", `${open}\n${thought}\n${close}\n\n${reply}`, thought, reply],
    ["without space around the marks", "", `${open}${thought}${close}${reply}`, thought, reply],
    ["after space", "", `\n\n ${open}${thought}${close}${reply}`, thought, reply],
    ["opened by the template", `assistant\n${open}\n`, `\n${thought}\n${close}\n\n${reply}`, thought, reply],
    ["nothing thought", "", `${open}\n\n${close}\n\n${reply}`, "", reply],
    ["closed by the template", `assistant\n${open}\n\n${close}\n\n`, reply, "", reply],
    ["no thinking", "", reply, "", reply],
    ["an answer that only begins like a mark", "", `${open.slice(0, -1)} no`, "", `${open.slice(0, -1)} no`],
    ["a mark in mid-answer", "", `See ${open}x${close}.`, "", `See ${open}x${close}.`],
    ["an end without an answer", "", `${open}${thought}${close}`, thought, ""],
    ["unfinished", "", `${open}${thought}`, thought, ""],
    ["unfinished in the closing mark", "", `${open}${thought}${close.slice(0, -1)}`, thought + close.slice(0, -1), ""],
    ["unfinished in the opening mark", "", open.slice(0, -1), "", open.slice(0, -1)],
    ["nothing at all", "", "", "", ""],
  ])("%s, cut at every place", (_, lead, text, thinking, answer) => {
    for (const parts of cuts(text)) expect(split(template, lead, parts)).toMatchObject({ thinking, answer });
  });

  test("is told as it comes", () => {
    const splitter = new ThinkingSplitter(template, "");
    expect(splitter.push(`${open}a b`)).toEqual([{ kind: "thinking", text: "a b" }]);
    expect(splitter.push(" ")).toEqual([]);
    expect(splitter.push("c")).toEqual([{ kind: "thinking", text: " c" }]);
    expect(splitter.push(`\n${close}\n`)).toEqual([]);
    expect(splitter.push("Yes ")).toEqual([{ kind: "answer", text: "Yes " }]);
    expect(splitter.push("<")).toEqual([{ kind: "answer", text: "<" }]);
    expect(splitter.end()).toEqual([]);
  });

  test("shows control tokens, to see the marks", () => {
    expect(new ThinkingSplitter(template, "").readsControlTokens).toBe(true);
  });
});

test("gpt-oss may answer without thinking", () => {
  const template = "<|channel|>analysis<|message|>";
  for (const parts of cuts("<|channel|>final<|message|>Yes.")) {
    expect(split(template, "", parts)).toMatchObject({ thinking: "", answer: "Yes." });
  }
});

test("a model that does not think is passed through at once", () => {
  const splitter = new ThinkingSplitter("<|im_start|>", "<|im_start|>assistant\n");
  expect(splitter.readsControlTokens).toBe(false);
  expect(splitter.push("  <think>")).toEqual([{ kind: "answer", text: "  <think>" }]);
  expect(splitter.push("")).toEqual([]);
});
