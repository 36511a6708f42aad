// The slash commands that say something else at an earlier place, and go from one branch of the chat to another.
import type { BranchPoint, Conversation } from "../../../session/conversation-api.ts";
import { type Completion, completeWord } from "../complete/candidate.ts";
import { excerpt } from "../turn-notes.ts";
import type { CommandContext, CompletionContext, SlashCommand } from "./slash-command.ts";

export const branchCommands: readonly SlashCommand[] = [
  {
    name: "edit",
    argument: "[N]",
    summary: "say something else in place of your message N",
    complete: completeMessage,
    run: edit,
  },
  {
    name: "branch",
    argument: "[N]",
    summary: "go to what else was said: by number, next, prev",
    complete: completeBranch,
    run: branch,
  },
];

const roles = { user: "question", assistant: "answer" };

/** How many versions there are of a question, or of the answer to it. */
export function countVersions({ branches }: Conversation, turn: number, role: BranchPoint["role"]): number {
  return branches.find((point) => point.turn === turn && point.role === role)?.versions.length ?? 1;
}

/** Numbers of messages, the newest first. */
function completeMessage(argument: string, { conversation }: CompletionContext): Completion {
  const questions = conversation.messages.filter(({ role }) => role === "user");
  const numbered = questions.map(({ content }, index) => ({ text: `${index + 1}`, detail: excerpt(content) }));
  return completeWord(argument, numbered.reverse());
}

/** What `/branch` alone is about. */
function completeBranch(argument: string, { conversation }: CompletionContext): Completion {
  const versions = conversation.branches.at(-1)?.versions ?? [];
  const numbered = versions.map((text, index) => ({ text: `${index + 1}`, detail: excerpt(text) }));
  return completeWord(argument, /\s/.test(argument) ? [] : [{ text: "next" }, { text: "prev" }, ...numbered]);
}

function edit({ conversation, fail, edit }: CommandContext, argument: string): void {
  const questions = conversation.messages.filter(({ role }) => role === "user");
  const turn = argument === "" ? questions.length : Number(argument);
  const question = questions[turn - 1];
  if (question) edit(question.content, turn);
  else if (questions.length === 0) fail("there is no message to edit", "Say something first.");
  else fail(`you have no message ${argument}`, `Count your messages from 1; the last is ${questions.length}.`);
}

/** Stands before what is said in the place of another message. */
export function editNote(conversation: Conversation, turn: number): string {
  const count = countVersions(conversation, turn, "user") + 1;
  return `in the place of message ${turn} (${count}/${count})`;
}

export type Side = "prev" | "next";

/** What the keys do. Where there is nothing on that side it is told by `hint`. */
export async function stepBeside(context: CommandContext, side: Side, hint: (text: string) => void): Promise<void> {
  const { branches } = context.conversation;
  const beside = versionBeside(branches, side);
  if (beside) await goOver(context, beside.point, beside.version);
  else if (branches.length === 0) hint("Nothing was said in two ways yet: /regen and /edit begin a branch");
  else hint(`There is no version ${side === "next" ? "after" : "before"} this one`);
}

/** At the last place that has one on that side: so that all of them are passed. */
function versionBeside(branches: readonly BranchPoint[], side: Side): Place | undefined {
  const places = branches.toReversed().map((point) => ({ point, version: indexBeside(point, side) }));
  return places.find(({ point, version }) => point.versions[version] !== undefined);
}

/** Where all was taken back, both sides lead to what was said last. */
function indexBeside({ current, versions }: BranchPoint, side: Side): number {
  if (side === "next") return (current ?? versions.length - 2) + 1;
  return (current ?? versions.length) - 1;
}

async function branch(context: CommandContext, argument: string): Promise<void> {
  const { conversation, note, fail } = context;
  const { branches } = conversation;
  const words = argument.toLowerCase().match(/\S+/g) ?? [];
  if (branches.length === 0) fail("nothing was said in two ways yet", "/regen and /edit begin a branch.");
  else if (words.length === 0) note(branches.map(describePoint).join("\n"));
  else {
    const { point, version } = readChoice(branches, words);
    if (!point) fail(`there is no branch “${argument}”`, "/branch alone lists them: /branch TURN N goes to one.");
    else if (!point.versions[version]) fail(...noVersion(point));
    else if (version === point.current) note(`${describePlace(point, version)} is the one you see`);
    else await goOver(context, point, version);
  }
}

interface Place {
  readonly point: BranchPoint;
  /** Index of one of its versions, or of none. */
  readonly version: number;
}

/** N is about the last place, `next` and `prev` about the last that has one; TURN N, or TURN question N, about any. */
function readChoice(branches: readonly BranchPoint[], words: readonly string[]): Partial<Place> & { version: number } {
  const [turn, role] = words.length > 1 ? words : [];
  const atTurn = branches.filter((point) => turn === undefined || point.turn === Number(turn));
  const point = words.length > 2 ? atTurn.find((one) => roles[one.role] === role) : atTurn.at(-1);
  const word = words.at(-1) ?? "";
  if (!point || words.length > 3 || !/^(next|prev|\d+)$/.test(word)) return { version: -1 };
  if (word !== "next" && word !== "prev") return { point, version: Number(word) - 1 };
  const beside = words.length === 1 ? versionBeside(branches, word) : undefined;
  return beside ?? { point, version: indexBeside(point, word) };
}

function noVersion(point: BranchPoint): [message: string, hint: string] {
  const { versions, turn, role, current = 0 } = point;
  return [
    `turn ${turn} has ${versions.length === 1 ? "one" : versions.length} ${roles[role]}${versions.length === 1 ? "" : "s"}`,
    `You see ${current + 1}/${versions.length}; /branch lists them.`,
  ];
}

async function goOver(
  { conversation, note, draw, edit }: CommandContext,
  point: BranchPoint,
  version: number,
): Promise<void> {
  const { messages, unanswered } = conversation.selectBranch({ ...point, version });
  note(describePlace(point, version));
  await draw(messages);
  const further = conversation.branches.filter(({ turn }) => turn > point.turn);
  if (further.length > 0) note(further.map((one) => describePlace(one, one.current ?? -1)).join("; "));
  if (unanswered !== undefined) {
    note("this question was never answered: it is in the input");
    edit(unanswered);
  }
}

function describePlace({ turn, role, versions }: BranchPoint, version: number): string {
  return `turn ${turn}, ${roles[role]} ${version + 1}/${versions.length}`;
}

function describePoint({ turn, role, versions, current }: BranchPoint): string {
  const lines = versions.map((text, index) => `${index === current ? "› " : "  "}${index + 1}  ${excerpt(text)}`);
  const where = current === undefined ? `${versions.length}, taken back` : `${current + 1}/${versions.length}`;
  return [`turn ${turn}, ${roles[role]} ${where}`, ...lines].join("\n");
}
