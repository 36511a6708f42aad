// The slash commands for the session that the chat is kept in, and for those beside it.
import type { ChatSessions, Conversation, KeptMessage } from "../../../session/conversation-api.ts";
import { quoted } from "../../../session/models/quoted.ts";
import { SessionOpenError } from "../../../session/store/session-lock.ts";
import type { SessionSummary } from "../../../session/store/session-record.ts";
import { describeResumption } from "../../sessions/session-notices.ts";
import { beginningWith, type Completion } from "../complete/candidate.ts";
import { initialChoice } from "../dialog/choice-state.ts";
import { initialPicker } from "../dialog/picker-state.ts";
import { nameColumns, sessionLine } from "../dialog/session-line.ts";
import { plural } from "../panels/amounts.ts";
import type { CommandContext, CompletionContext, SlashCommand } from "./slash-command.ts";

export const sessionCommands: readonly SlashCommand[] = [
  { name: "sessions", argument: "", summary: "the newest chats", run: kept(list) },
  { name: "save", argument: "[name]", summary: "give this chat a name; it is saved as it happens", run: kept(save) },
  { name: "new", argument: "[name]", summary: "begin another chat; this one stays as it is", run: kept(beginAnew) },
  { name: "fork", argument: "[name]", summary: "go on in a copy of this chat", run: kept(fork) },
  {
    name: "resume",
    argument: "[name]",
    summary: "go over to another chat; alone lets you choose",
    complete: completeName,
    run: kept(resume),
  },
];

const mostListed = 10;
/** Before the session of this chat. */
const mark = "› ";

type KeptContext = CommandContext & { readonly sessions: ChatSessions };

/** Says what to do where the chat is not kept. */
function kept(run: (context: KeptContext, argument: string) => void | Promise<void>): SlashCommand["run"] {
  return (context, argument) => {
    const { sessions } = context.conversation;
    if (sessions) return run({ ...context, sessions }, argument);
    context.fail("this chat is not kept", "It was begun with --no-save; kvchat run without it keeps every chat.");
  };
}

/** The names of the other sessions, newest first. */
function completeName(argument: string, { conversation }: CompletionContext): Completion {
  const others = conversation.sessions?.list().filter(({ name }) => name !== conversation.session) ?? [];
  const names = others.map(({ name, turns }) => ({ text: name, detail: plural(turns, "turn") }));
  return { from: 0, candidates: beginningWith(argument, names) };
}

function list({ sessions, conversation, columns, note }: KeptContext): void {
  const all = sessions.list();
  if (all.length > 0) note(describeSessions(all, { current: conversation.session, columns }));
  else note("no chat was saved yet; this one is with its first message");
}

/** The newest as a table, `current` marked. */
export function describeSessions(
  sessions: readonly SessionSummary[],
  { current, columns, now = Date.now() }: { current: string | null; columns: number; now?: number },
): string {
  const shown = sessions.slice(0, mostListed);
  const layout = { names: nameColumns(shown, columns), columns: columns - mark.length, now };
  const lines = shown.map((session) => {
    const { name, facts } = sessionLine(session, layout);
    return `${session.name === current ? mark : " ".repeat(mark.length)}${name}${facts}`;
  });
  const more = sessions.length - shown.length;
  const end = more > 0 ? [`and ${more.toLocaleString("en")} more: kvchat sessions`] : [];
  return ["the newest chats:", ...lines, ...end].join("\n");
}

function save({ sessions, conversation, note }: KeptContext, name: string): void {
  if (name !== "") {
    sessions.rename(name);
    note(`this chat is ${quoted(conversation.session ?? name)} now`);
  } else if (conversation.session === null) {
    note("this chat gets a name with its first message; /save name gives it one now");
  } else {
    note(`this chat is ${quoted(conversation.session)}, saved as it happens; /save name gives it another name`);
  }
}

async function beginAnew({ sessions, conversation, note, recall }: KeptContext, name: string): Promise<void> {
  const before = conversation.session;
  await sessions.begin(name === "" ? undefined : name);
  const called = conversation.session === null ? "" : ` ${quoted(conversation.session)}`;
  const stays = before === null ? "" : `; ${quoted(before)} stays: /resume ${before} goes on with it`;
  note(`a new chat${called} begins, with the same system prompt and settings${stays}`);
  await recall([]);
}

async function fork({ sessions, conversation, note }: KeptContext, name: string): Promise<void> {
  const origin = conversation.session ?? "";
  await sessions.fork(name === "" ? undefined : name);
  note(`goes on in ${quoted(conversation.session ?? "")}, a copy of ${quoted(origin)}; nothing is evaluated again`);
}

async function resume(context: KeptContext, given: string): Promise<void> {
  const { note, recall, edit } = context;
  const name = given || (await chooseOther(context));
  const there = name === undefined ? undefined : await askToGoOver(context, name);
  if (!there) return;
  const { conversation, messages } = there;
  note(`goes on with ${quoted(conversation.session ?? "")}`);
  await recall(messages);
  const { resumption } = conversation;
  if (!resumption) return;
  if (messages.length > 0) note(describeResumption(resumption));
  if (resumption.unanswered !== undefined) edit(resumption.unanswered);
}

/** The id of the one that the user picks. */
async function chooseOther({ sessions, conversation, fail, ask }: KeptContext): Promise<string | undefined> {
  const others = sessions.list().filter(({ name }) => name !== conversation.session);
  if (others.length === 0) fail("there is no other chat", "kvchat run begins one, and each is kept.");
  else return ask({ kind: "picker", state: initialPicker(others, sessions) });
}

interface OtherChat {
  readonly conversation: Conversation;
  readonly messages: readonly KeptMessage[];
}

/** To a copy where another process has it open, if the user likes; undefined: the chat stays where it is. */
async function askToGoOver(context: KeptContext, name: string): Promise<OtherChat | undefined> {
  try {
    return await goOver(context, name, { asCopy: false });
  } catch (error) {
    if (!(error instanceof SessionOpenError)) throw error;
    const state = initialChoice(error.message, [
      { answer: "copy", label: "Go on in a copy of it" },
      { answer: "stay", label: "Stay in this chat" },
    ]);
    const answer = await context.ask({ kind: "choice", state });
    return answer === "copy" ? goOver(context, name, { asCopy: true }) : undefined;
  }
}

/** Loads the model anew where the other chat is run with another one, or another cache. */
async function goOver(
  { sessions, conversation, note, reopen }: KeptContext,
  name: string,
  how: { asCopy: boolean },
): Promise<OtherChat> {
  const needs = sessions.needsOf(name);
  if (!needs) return { conversation, messages: await sessions.goOver(name, how) };
  const taken = sessions.take(name, how);
  note(`loaded for ${quoted(taken.session.session.name)}: ${needs.words}`);
  return { conversation: await reopen(needs.settings, taken), messages: taken.session.messages };
}
