// Asks in a terminal, before the chat, which session is meant, and what to do with one that another process has open.
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { linesWith } from "../../session/lines-with.ts";
import { SessionOpenError } from "../../session/store/session-lock.ts";
import type { SessionRecord } from "../../session/store/session-record.ts";
import type { SessionStore } from "../../session/store/session-store.ts";
import { initialChoice } from "../chat/dialog/choice-state.ts";
import type { Dialog } from "../chat/dialog/dialog.ts";
import { initialPicker } from "../chat/dialog/picker-state.ts";
import { formatSession } from "./format-session.ts";

/** How it is asked. */
export interface Asking {
  readonly isForScreenReader: boolean;
  readonly signal: AbortSignal;
}

/** Throws a KvchatError where the user chooses none. */
export async function pickSession(store: SessionStore, asking: Asking): Promise<SessionRecord> {
  const texts = { endOf: (id: string) => store.end(id), linesWith: (text: string) => linesWith(store, text) };
  const state = initialPicker(store.list(), texts);
  const id = await ask({ kind: "picker", state }, asking);
  if (id === undefined) throw noneChosen();
  return store.find(id);
}

/** The session where it is free, else a copy of it, or "shown" once it was printed. Throws a KvchatError where the user wants neither. */
export async function askIfOpen(
  store: SessionStore,
  session: SessionRecord,
  asking: Asking,
): Promise<SessionRecord | "shown"> {
  const problem = whyNotFree(store, session);
  if (!problem) return session;
  const state = initialChoice(problem.message, [
    { answer: "fork", label: "Go on in a copy of it" },
    { answer: "show", label: "Read it" },
    { answer: "leave", label: "Leave" },
  ]);
  const answer = await ask({ kind: "choice", state }, asking);
  if (answer === "fork") return store.fork(session.id);
  if (answer !== "show") throw noneChosen();
  process.stdout.write(formatSession(store.load(session.id)));
  return "shown";
}

function whyNotFree(store: SessionStore, { id }: SessionRecord): SessionOpenError | undefined {
  try {
    store.acquire(id)[Symbol.dispose]();
  } catch (error) {
    if (error instanceof SessionOpenError) return error;
    throw error;
  }
  return undefined;
}

/** Loaded only where it is wanted: that takes time. */
async function ask(dialog: Dialog, asking: Asking): Promise<string | undefined> {
  // React decides by it, when it is first imported, whether to check each frame as developers need it.
  process.env.NODE_ENV ??= "production";
  const { showDialog } = await import("../chat/dialog/show-dialog.tsx");
  const answer = await showDialog(dialog, { stdin: process.stdin, stdout: process.stdout, ...asking });
  asking.signal.throwIfAborted();
  return answer;
}

function noneChosen(): KvchatError {
  return new KvchatError("No session was chosen.", {
    hint: "kvchat run begins a new one.",
    exitCode: ExitCode.interrupted,
  });
}
