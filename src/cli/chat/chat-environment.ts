// What the chat needs of the process around it.
import type { KeptMessage } from "../../session/conversation-api.ts";
import type { Turns } from "./turns.ts";

/** Ink's: gives up keys and screen until the callback has ended. */
export type SuspendTerminal = (whileSuspended: () => Promise<void>) => Promise<unknown>;

export interface ChatEnvironment {
  readonly turns: Turns;
  readonly firstPrompt: string;
  /** What was said in earlier processes. */
  readonly earlier: readonly KeptMessage[];
  /** What was said to models in chats that are kept, oldest first. */
  readHistory(): readonly string[];
  /** Resolves when it is known how answers look. */
  format(): Promise<void>;
  readonly isQuiet: boolean;
  /** Ends the chat; with an error when it could not begin. */
  leave(error?: unknown): void;
  /** Stops the process until the shell continues it, as Ctrl-Z does. */
  suspend(suspendTerminal: SuspendTerminal): void;
  /** Lets the user's own editor change the text. Rejects where it cannot. */
  editExternally(text: string, suspendTerminal: SuspendTerminal): Promise<string>;
  redraw(): void;
  /** Puts text in the clipboard, where the terminal lets it. */
  copy(text: string): void;
}
