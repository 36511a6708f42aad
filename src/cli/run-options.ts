// What `kvchat run` hands on, once flags, settings and the model are resolved.
import type { Persistence } from "../session/persistence.ts";
import type { ConversationSettings } from "../session/settings.ts";

interface RunOptions {
  readonly settings: ConversationSettings;
  readonly persistence: Persistence;
  /** Nothing on stderr but errors. */
  readonly quiet: boolean;
  /** Figures of each answer, and warnings of the engine. */
  readonly verbose: boolean;
  /** All that the engine logs. */
  readonly debug: boolean;
  /** Aborted by SIGINT and SIGTERM; `reason` is the signal's name. */
  readonly signal: AbortSignal;
}

/** How a pipe is answered: the bare text, one JSON object a turn, or all events as JSON lines. */
export type PipeFormat = "text" | "json" | "jsonl";

export interface PipeOptions extends RunOptions {
  /** The one prompt; empty where `turns` is given. */
  readonly prompt: string;
  /** `--turns`: a user turn a line, read as they come. */
  readonly turns: AsyncIterable<string> | undefined;
  readonly format: PipeFormat;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export interface ChatOptions extends RunOptions {
  /** Sent as soon as the model is loaded. */
  readonly firstPrompt: string | undefined;
  /** Answers as they are written, not as Markdown. */
  readonly plain: boolean;
  readonly screenReader: boolean;
  /** False: counters move once a second at most. */
  readonly motion: boolean;
  /** Rings when an answer took longer, in seconds; 0: never. */
  readonly bell: number;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}
