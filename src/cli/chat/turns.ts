// Runs the turns of the chat: opens the conversation, feeds its events to the store, stops on request.
import type { Conversation, HandedChat, TakenSession } from "../../session/conversation-api.ts";
import { KvchatError } from "../../session/errors.ts";
import type { ConversationEvent } from "../../session/events.ts";
import type { ConversationSettings } from "../../session/settings.ts";
import type { ChatStore } from "./chat-store.ts";
import type { TurnFacts } from "./state.ts";
import { untilAborted } from "./until-aborted.ts";

export type StartTurn = (conversation: Conversation, signal: AbortSignal) => AsyncIterable<ConversationEvent>;
export type OpenChat = (
  handlers: { onEvent: (event: ConversationEvent) => void; onLog: (line: string) => void; signal: AbortSignal },
  reopening?: Reopening,
) => Promise<Conversation>;

/** A chat that goes on in another conversation. */
export interface Reopening {
  readonly handed: HandedChat;
  /** What differs from the settings before. */
  readonly settings: Partial<ConversationSettings>;
  /** It goes on with this one in place of its own. */
  readonly taken?: TakenSession;
}

export interface Turns {
  readonly conversation: Conversation | undefined;
  /** Aborted when the chat ends. */
  readonly ending: AbortSignal;
  readonly isBusy: boolean;
  /** Whether it is an answer that it is busy with. */
  readonly isAnswering: boolean;
  /** Starts loading the model. Rejects where it cannot be loaded. */
  open(): Promise<void>;
  /**
   * Goes on in a conversation with other settings, or another session with its own. Rejects where that cannot be opened: the chat goes on as it was, or, where not
   * even that can be, without a conversation.
   */
  reopen(changes: Partial<ConversationSettings>, taken?: TakenSession): Promise<Conversation>;
  /** Runs one turn, after loading if need be; errors are told in the transcript, and there is no answer then. */
  run(start: StartTurn, ended: (isAnswered: boolean) => void): void;
  /** Does what takes a moment; what is typed waits for it, errors are told in the transcript. */
  work(task: () => void | Promise<void>): Promise<void>;
  stop(): void;
  /** Moves what was said so far into the transcript and stops the answer. */
  finish(): void;
  /** Resolves when the conversation is released. */
  close(): Promise<void>;
}

export function createTurns(store: ChatStore, openChat: OpenChat): Turns {
  const lifetime = new AbortController();
  let opening: Promise<Conversation> | undefined;
  let conversation: Conversation | undefined;
  let abort: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();
  let working: Promise<void> | undefined;
  let speed = createSpeed();

  function tell(event: ConversationEvent): void {
    if (event.type === "token" || event.type === "thinking") speed.note(event.tokens);
    store.dispatch({ type: "progressed", event, facts: factsOf(conversation, event, speed.perSecond()) });
  }

  function measure(): void {
    if (conversation) store.dispatch({ type: "measured", facts: resting(conversation) });
  }

  const onLog = (text: string) => store.dispatch({ type: "logged", text });
  const handlers = { onEvent: tell, onLog, signal: lifetime.signal };

  async function take(opened: Promise<Conversation>): Promise<Conversation> {
    opening = opened;
    conversation = await opened;
    const { model, backend } = conversation;
    store.dispatch({ type: "ready", model, backend, facts: resting(conversation) });
    return conversation;
  }

  async function run(start: StartTurn, signal: AbortSignal, ended: (isAnswered: boolean) => void): Promise<void> {
    let isAnswered = true;
    speed = createSpeed();
    store.dispatch({ type: "turnStarted" });
    try {
      const opened = await untilAborted(opening as Promise<Conversation>, signal);
      for await (const event of opened ? start(opened, signal) : []) tell(event);
    } catch (error) {
      isAnswered = signal.aborted;
      if (!signal.aborted) store.dispatch({ type: "erred", ...describe(error) });
    }
    abort = undefined;
    measure();
    store.dispatch({ type: "turnEnded" });
    ended(isAnswered && !lifetime.signal.aborted);
  }

  return {
    ending: lifetime.signal,
    get conversation() {
      return conversation;
    },
    get isBusy() {
      return abort !== undefined || working !== undefined || lifetime.signal.aborted;
    },
    get isAnswering() {
      return abort !== undefined;
    },
    async open() {
      await take(openChat(handlers));
    },
    async reopen(changes, taken) {
      const before = await (opening as Promise<Conversation>);
      const kept = settingsOf(before);
      const handed = await before.handOver();
      try {
        const opened = await take(openChat(handlers, { handed, settings: { ...kept, ...changes }, taken }));
        if (taken) handed[Symbol.dispose]();
        return opened;
      } catch (error) {
        taken?.recorder[Symbol.dispose]();
        await take(openChat(handlers, { handed, settings: kept })).catch((lost) => {
          conversation = undefined;
          handed[Symbol.dispose]();
          throw lost;
        });
        throw error;
      }
    },
    run(start, ended) {
      abort = new AbortController();
      running = run(start, AbortSignal.any([abort.signal, lifetime.signal]), ended);
    },
    async work(task) {
      try {
        const begun = task();
        working = begun || undefined;
        await begun;
      } catch (error) {
        store.dispatch({ type: "erred", ...describe(error) });
      }
      working = undefined;
      measure();
    },
    stop() {
      if (!abort) return;
      store.dispatch({ type: "stopping" });
      abort.abort();
    },
    finish() {
      store.dispatch({ type: "turnEnded" });
      store.flush();
      lifetime.abort();
    },
    async close() {
      await running;
      await working?.catch(() => {});
      const opened = await opening?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}

function factsOf(
  conversation: Conversation | undefined,
  event: ConversationEvent,
  tokensPerSecond: number | undefined,
): TurnFacts {
  if (!conversation) return {};
  const evictedUpTo =
    event.type === "evicted"
      ? conversation.messages.findLast((message) => message.role === "user" && message.evicted)?.content
      : undefined;
  return { ...standing(conversation), tokensPerSecond, evictedUpTo };
}

/** What of a conversation was changed, perhaps, since it was opened. */
function settingsOf(conversation: Conversation): Partial<ConversationSettings> {
  const { temperature: temp, ...sampling } = conversation.sampling;
  const { systemPrompt, reasoning, answerLimit: nPredict } = conversation;
  return { nPredict, systemPrompt, reasoning, temp, ...sampling, window: conversation.usage().windowPolicy };
}

/** What can be said of a conversation at any time. */
function standing(conversation: Conversation): TurnFacts {
  return { session: conversation.session, cache: conversation.usage() };
}

/** And what is looked for between turns alone. */
function resting(conversation: Conversation): TurnFacts {
  const { versions = [], current } = conversation.branches.at(-1) ?? {};
  const version = current === undefined || versions.length < 2 ? null : `${current + 1}/${versions.length}`;
  return { ...standing(conversation), version };
}

function describe(error: unknown): { message: string; hint: string } {
  if (error instanceof KvchatError) return { message: error.message, hint: inChat(error.hint) };
  const [message = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return { message: `the answer failed: ${message}`, hint: "Try again; kvchat run --debug tells more." };
}

/** What a hint calls by its flag by the name of the command. */
function inChat(hint: string): string {
  return hint
    .replace(/--cache-type-[kv]\b/g, "--kv")
    .replace("--ctx-size", "/set ctx-size")
    .replace(/--(kv|window)\b/g, "/$1");
}

/** Tokens a second of the answer as it comes; undefined before there is anything to divide by. */
function createSpeed(): { note(generated: number): void; perSecond(): number | undefined } {
  let first: { at: number; generated: number } | undefined;
  let last = { at: 0, generated: 0 };
  return {
    /** `generated` counts the tokens of the answer so far. */
    note(generated) {
      last = { at: performance.now(), generated };
      first ??= last;
    },
    perSecond() {
      if (!first || last.at - first.at < 200) return undefined;
      return ((last.generated - first.generated) * 1000) / (last.at - first.at);
    },
  };
}
