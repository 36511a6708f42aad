// The chat's state as a pure reducer. What is final leaves through `outbox` as lines to print once, for good; what is left is
// small: the unfinished end of the answer, the editor, and the numbers of the status line.
import type { CacheUsage } from "../../session/conversation-api.ts";
import type { ConversationEvent, TurnTokens } from "../../session/events.ts";
import { describeTimings } from "../pipe/notices.ts";
import { describeUnkept } from "../sessions/session-notices.ts";
import type { AttachmentNote } from "./attach/weigh.ts";
import type { Dialog } from "./dialog/dialog.ts";
import { emptyInput, type InputAction, type InputState, isInputAction, reduceInput } from "./editor/input-state.ts";
import { countEvent, newTurn } from "./live-turn.ts";
import { type Look, usualLook } from "./look.ts";
import { textOf } from "./markdown/span.ts";
import { type LineKind, marksOf } from "./marks.ts";
import { type OpenText, openPlainText, plainLine, type SpanLine, type TextLayout } from "./open-text.ts";
import { figuresOf, type TurnFigures } from "./panels/turn-figures.ts";
import { printable } from "./printable.ts";
import { endNote, evictionNote, oneLine } from "./turn-notes.ts";
import { wrapText } from "./wrap.ts";

export type { LineKind };

/** One finished terminal line of the transcript. `isFirst` marks the first line of its message. */
export interface TranscriptLine {
  readonly kind: LineKind;
  readonly text: string;
  /** The same, with how its parts look. */
  readonly spans: SpanLine;
  readonly isFirst: boolean;
}

/** Text that is printed once, for good. */
export interface FinalText {
  readonly kind: LineKind;
  readonly text: string;
}

/** What comes from the model, and comes piece by piece. */
type SpokenKind = "answer" | "thinking";

/** What the chat is doing: `waiting` from Enter to the first token. */
type Phase = "idle" | "waiting" | "answering";

export interface StatusFacts {
  readonly model: string;
  readonly backend: string;
  /** Its name; null where the chat is not kept, or not yet. */
  readonly session?: string | null;
  readonly loading?: { readonly stage: "download" | "model" | "context"; readonly fraction: number };
  readonly prefill?: { readonly done: number; readonly total: number };
  readonly tokensPerSecond?: number;
  readonly turn?: TurnTokens;
  readonly cache?: Omit<CacheUsage, "kv">;
  /** Which of the versions of what was said is seen, `2/3`; null where there is one. */
  readonly version?: string | null;
}

export interface ChatState extends InputState {
  readonly columns: number;
  readonly rows: number;
  readonly look: Look;
  readonly phase: Phase;
  readonly isStopping: boolean;
  /** The turn whose message the editor's text is to take the place of. */
  readonly editing: number | undefined;
  /** What the user is asked in place of the input. */
  readonly dialog: Dialog | undefined;
  /** The unfinished end of what the model says: the only text of the transcript that may still change. */
  readonly open: { readonly kind: SpokenKind; readonly text: OpenText } | undefined;
  /** How answers begin: as Markdown, or as they are written. */
  readonly openAnswer: () => OpenText;
  readonly status: StatusFacts;
  /** Of the turns of this process. */
  readonly figures: readonly TurnFigures[];
  /** Each answer is followed by its own. */
  readonly showsFigures: boolean;
  /** Something of an earlier process is drawn, and nothing was asked since. */
  readonly isResumed: boolean;
  /** Of the files that are named in the input. */
  readonly attachments: readonly AttachmentNote[];
  /** A word to the user in place of the status, until the next key. */
  readonly hint: string | undefined;
  /** Lines that became final with the latest action; each is there once. */
  readonly outbox: readonly TranscriptLine[];
  readonly lastKind: LineKind | undefined;
}

export type ChatAction =
  | InputAction
  | { type: "resized"; columns: number; rows: number }
  | { type: "editing"; turn: number | undefined }
  | { type: "asked"; dialog: Dialog | undefined }
  | { type: "attached"; notes: readonly AttachmentNote[] }
  | { type: "hinted"; text: string }
  | { type: "formatted"; openAnswer: () => OpenText }
  | { type: "said"; text: string }
  | { type: "recalled"; texts: readonly FinalText[] }
  /** Another chat begins, or an earlier one goes on. */
  | { type: "resumed"; isResumed: boolean }
  | { type: "figuresShown"; isShown: boolean }
  | { type: "noted"; text: string }
  /** Comes from the engine at any time, in the middle of an answer too. */
  | { type: "logged"; text: string }
  | { type: "erred"; message: string; hint: string }
  | { type: "ready"; model: string; backend: string; facts: TurnFacts }
  | { type: "turnStarted" }
  | { type: "stopping" }
  | { type: "progressed"; event: ConversationEvent; facts: TurnFacts }
  | { type: "measured"; facts: TurnFacts }
  | { type: "turnEnded" };

/** What is known beside the events: the session, the cache now, the speed so far, and what an eviction took. */
export interface TurnFacts {
  readonly session?: string | null;
  readonly cache?: StatusFacts["cache"];
  readonly tokensPerSecond?: number;
  readonly version?: string | null;
  /** The newest user message outside the window, after an eviction. */
  readonly evictedUpTo?: string;
}

export function initialChat(size: { columns: number; rows: number }, model: string, look = usualLook): ChatState {
  return {
    ...size,
    look,
    phase: "idle",
    isStopping: false,
    ...emptyInput,
    editing: undefined,
    dialog: undefined,
    open: undefined,
    openAnswer: openPlainText,
    status: { model: oneLine(model), backend: "" },
    figures: [],
    showsFigures: false,
    isResumed: false,
    attachments: [],
    hint: undefined,
    outbox: [],
    lastKind: undefined,
  };
}

/** Columns that text may fill. The last one stays free: a terminal holds the cursor there, half a step into the next line. */
export function textColumns(state: { columns: number }): number {
  return Math.max(8, state.columns - 1);
}

export function reduceChat(previous: ChatState, action: ChatAction): ChatState {
  const state = previous.outbox.length > 0 ? { ...previous, outbox: [] } : previous;
  if (isInputAction(action)) {
    const input = reduceInput(state, action);
    return {
      ...state,
      ...input,
      attachments: input.editor.text.includes("@") ? state.attachments : [],
      hint: undefined,
    };
  }
  switch (action.type) {
    case "resized":
      return writeOpen({ ...state, columns: action.columns, rows: action.rows }, "");
    case "editing":
      return { ...state, editing: action.turn };
    case "asked":
      return { ...state, dialog: action.dialog };
    case "attached":
      return { ...state, attachments: action.notes };
    case "hinted":
      return { ...state, hint: action.text };
    case "formatted":
      return { ...state, openAnswer: action.openAnswer };
    case "said":
      return print(state, "user", action.text);
    case "recalled":
      return action.texts.reduce(recall, state);
    case "resumed": {
      // What the last turn took was another chat's.
      const { turn: _, tokensPerSecond: __, ...status } = state.status;
      return { ...state, status, isResumed: action.isResumed };
    }
    case "figuresShown":
      return { ...state, showsFigures: action.isShown };
    case "noted":
      return print(closeOpen(state), "note", action.text);
    case "logged":
      return print(interruptOpen(state), "note", action.text);
    case "erred":
      return print(print(closeOpen(state), "error", action.message), "hint", action.hint);
    case "ready": {
      const { loading: _, ...status } = state.status;
      const { backend, facts } = action;
      const model = oneLine(action.model);
      return measure({ ...state, status: { ...status, model, backend } }, facts);
    }
    case "turnStarted":
      return {
        ...state,
        phase: "waiting",
        editing: undefined,
        isResumed: false,
        hint: undefined,
        status: { ...state.status, turn: newTurn },
      };
    case "stopping":
      return { ...state, isStopping: true };
    case "progressed":
      return reduceEvent(countTokens(measure(state, action.facts), action.event), action.event, action.facts);
    case "measured":
      return measure(state, action.facts);
    case "turnEnded": {
      const { prefill: _, ...status } = state.status;
      return { ...closeOpen(state), phase: "idle", isStopping: false, status };
    }
  }
}

function measure(state: ChatState, facts: TurnFacts): ChatState {
  const { status } = state;
  const { session = status.session, cache = status.cache, tokensPerSecond = status.tokensPerSecond } = facts;
  const { version = status.version } = facts;
  return { ...state, status: { ...status, session, cache, tokensPerSecond, version } };
}

function countTokens(state: ChatState, event: ConversationEvent): ChatState {
  const { turn, prefill } = state.status;
  return turn ? { ...state, status: { ...state.status, turn: countEvent(turn, event, prefill) } } : state;
}

function reduceEvent(state: ChatState, event: ConversationEvent, facts: TurnFacts): ChatState {
  const { status } = state;
  switch (event.type) {
    case "loading":
      return { ...state, status: { ...status, loading: { stage: event.stage, fraction: event.fraction } } };
    case "prefill":
      return { ...state, status: { ...status, prefill: { done: event.done, total: event.total } } };
    case "continued":
      return reopen(state, event);
    case "evicted":
      return print(interruptOpen(state), "note", evictionNote(event, facts.evictedUpTo));
    case "thinking":
    case "token":
      return stream(state, event.type === "token" ? "answer" : "thinking", event.text);
    case "done": {
      const tokensPerSecond = event.timings.decodePerSecond || status.tokensPerSecond;
      const ended = {
        ...closeOpen(state),
        status: { ...status, turn: event.tokens, tokensPerSecond },
        figures: [...state.figures, figuresOf(event)],
      };
      const notes = [endNote(event), state.showsFigures ? describeTimings(event) : undefined];
      return notes
        .filter((note) => note !== undefined)
        .reduce<ChatState>((told, note) => print(told, "note", note), ended);
    }
    case "saved":
      return event.problem === null ? state : print(interruptOpen(state), "error", describeUnkept(event.problem));
    case "failed":
      return print(print(closeOpen(state), "error", event.message), "hint", event.hint);
    default:
      return state;
  }
}

function stream(state: ChatState, kind: SpokenKind, text: string): ChatState {
  const { prefill: _, ...status } = state.status;
  return speak({ ...state, phase: "answering", status }, kind, text);
}

function speak(state: ChatState, kind: SpokenKind, text: string): ChatState {
  const base = state.open?.kind === kind ? state : closeOpen(state);
  const open = base.open ?? { kind, text: kind === "answer" ? state.openAnswer() : openPlainText() };
  return writeOpen({ ...base, open }, printable(text));
}

/** Takes up what was said where it ended: all but its unfinished end is printed already. */
function reopen(state: ChatState, { text, thinking }: { text: string; thinking: string }): ChatState {
  const kind = text === "" ? "thinking" : "answer";
  const said = printable(text || thinking);
  if (said.trim() === "") return state;
  const begun = kind === "answer" ? state.openAnswer() : openPlainText();
  return { ...closeOpen(state), open: { kind, text: begun.write(said, openLayout(kind, state)).open } };
}

/** Prints what was said in an earlier process. */
function recall(state: ChatState, { kind, text }: FinalText): ChatState {
  return kind === "answer" || kind === "thinking" ? closeOpen(speak(state, kind, text)) : print(state, kind, text);
}

/** Prints the lines of the open text that can no longer change. */
function writeOpen(state: ChatState, more: string): ChatState {
  if (!state.open) return state;
  const { kind, text } = state.open;
  const { lines, open } = text.write(more, openLayout(kind, state));
  return { ...emit(state, lines, { kind, isNew: false }), open: { kind, text: open } };
}

/** Makes way for what is told in the middle of an answer. */
function interruptOpen(state: ChatState): ChatState {
  if (!state.open) return state;
  const { kind, text } = state.open;
  const { lines, open } = text.interrupt(openLayout(kind, state));
  return { ...emit(state, lines, { kind, isNew: false }), open: { kind, text: open } };
}

function closeOpen(state: ChatState): ChatState {
  if (!state.open) return state;
  const { kind, text } = state.open;
  return { ...emit(state, text.end(openLayout(kind, state)), { kind, isNew: false }), open: undefined };
}

/** Rows of the live region beside what is being said: blank lines, the input, the status. */
const otherRows = 7;

/** The room for what is open of a text. */
export function openLayout(kind: SpokenKind, state: LineRoom & { rows: number }): TextLayout {
  return { columns: linesColumns(kind, state), room: Math.max(2, state.rows - otherRows) };
}

function print(state: ChatState, kind: LineKind, text: string): ChatState {
  const lines = wrapText(printable(text), linesColumns(kind, state));
  return emit(state, lines.map(plainLine), { kind, isNew: true });
}

interface LineRoom {
  readonly columns: number;
  readonly look?: Look;
}

/** Columns of a line's text once its mark is drawn before it. */
export function linesColumns(kind: LineKind, state: LineRoom): number {
  const marks = marksOf(kind, state.look ?? usualLook).map(({ length }) => length);
  return Math.max(4, textColumns(state) - Math.max(...marks));
}

/** Adds final lines to the outbox, after a blank one where another kind of text ends. `isNew` begins a message of its own. */
function emit(state: ChatState, lines: readonly SpanLine[], how: { kind: LineKind; isNew: boolean }): ChatState {
  const { kind } = how;
  if (lines.length === 0) return state;
  const isFirstKind = state.lastKind !== kind;
  const isApart = isFirstKind && state.lastKind !== undefined && !(kind === "hint" && state.lastKind === "error");
  // A block of Markdown may bring its own blank line.
  const isBlank = isApart && lines[0]?.length !== 0;
  const blank: TranscriptLine[] = isBlank ? [{ kind, text: "", spans: [], isFirst: false }] : [];
  const isMarked = isFirstKind || how.isNew;
  const printed = lines.map((spans, index) => ({ kind, text: textOf(spans), spans, isFirst: isMarked && index === 0 }));
  return { ...state, lastKind: kind, outbox: [...state.outbox, ...blank, ...printed] };
}
