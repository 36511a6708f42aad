// What a slash command is, and what it may do.
import type { Conversation, KeptMessage, TakenSession } from "../../../session/conversation-api.ts";
import type { ConversationEvent } from "../../../session/events.ts";
import type { ConversationSettings } from "../../../session/settings.ts";
import type { Completion } from "../complete/candidate.ts";
import type { Dialog } from "../dialog/dialog.ts";
import type { Look } from "../look.ts";
import type { TurnFigures } from "../panels/turn-figures.ts";

export interface CommandContext {
  readonly conversation: Conversation;
  /** Columns that the text of a note may fill. */
  readonly columns: number;
  readonly look: Look;
  /** Of the turns of this process. */
  readonly figures: readonly TurnFigures[];
  note(text: string): void;
  fail(message: string, hint: string): void;
  /** Puts text in the input editor; sent, it takes the place of the message of a turn where that is given, from 1. */
  edit(text: string, turn?: number): void;
  /** The answer; undefined where the user gave none. */
  ask(dialog: Dialog): Promise<string | undefined>;
  confirm(question: string, how: { yes: string }): Promise<boolean>;
  /** Whether each answer is followed by its figures. */
  showFigures(isShown: boolean): void;
  /** Puts text in the clipboard, where the terminal lets it. */
  copy(text: string): void;
  /**
   * Goes on in a conversation with other settings, or another session with its own. Rejects where it cannot be opened; the chat goes
   * on as it was then.
   */
  reopen(changes: Partial<ConversationSettings>, taken?: TakenSession): Promise<Conversation>;
  /** Draws what was said before. */
  draw(messages: readonly KeptMessage[]): Promise<void>;
  /** The same for another chat: its inputs can be recalled in the editor. */
  recall(messages: readonly KeptMessage[]): Promise<void>;
  runTurn(start: (conversation: Conversation, signal: AbortSignal) => AsyncIterable<ConversationEvent>): void;
  leave(): void;
}

/** What an argument is completed from. */
export type CompletionContext = Pick<CommandContext, "conversation">;

export interface SlashCommand {
  readonly name: string;
  readonly argument: string;
  readonly summary: string;
  /** What an argument may be that begins so; `from` counts in it. */
  readonly complete?: (argument: string, context: CompletionContext) => Completion | Promise<Completion>;
  /** A KvchatError that it throws is told in the transcript. */
  readonly run: (context: CommandContext, argument: string) => void | Promise<void>;
}
