// The conversation's life from mount to unmount, with what keys and submitted texts set going: the only effects of the chat.
import { useEffect, useState } from "react";
import { withoutAttachments } from "../../session/attachments.ts";
import { describeResumption } from "../sessions/session-notices.ts";
import { watchAttachments } from "./attach/attachment-watch.ts";
import type { ChatEnvironment, SuspendTerminal } from "./chat-environment.ts";
import type { ChatStore } from "./chat-store.ts";
import { type ChatControls, createControls } from "./controls.ts";
import { createDialogs } from "./dialog/dialogs.ts";
import { recall } from "./editor/recall.ts";
import { createSubmission } from "./submission.ts";

export function useConversation(
  store: ChatStore,
  environment: ChatEnvironment,
  suspendTerminal: SuspendTerminal,
): ChatControls {
  const [{ controls, submission }] = useState(() => {
    const dialogs = createDialogs(store, environment.turns.ending);
    const submission = createSubmission(store, { ...environment, dialogs });
    return { submission, controls: createControls(store, environment, { submission, dialogs, suspendTerminal }) };
  });
  useEffect(() => {
    const { turns, firstPrompt, earlier, format, leave } = environment;
    const recalled = turns.work(() => recall(store, earlier, format));
    const opened = turns.open().then(async () => {
      await recalled;
      greet(store, environment);
    });
    // What of an earlier chat comes back is told before anything is added to it.
    const first = earlier.length > 0 ? opened : recalled;
    first.then(() => firstPrompt !== "" && submission.send(firstPrompt)).catch(leave);
    opened.then(submission.next).catch(leave);
    return watchAttachments(store, turns);
  }, [store, environment, submission]);
  return controls;
}

/** Tells what runs where before anything is said, what came back of an earlier chat, and what the user should know of the model. */
function greet(store: ChatStore, { turns, isQuiet, earlier }: ChatEnvironment): void {
  const { conversation } = turns;
  if (!conversation) return;
  const { model, backend, notices, resumption } = conversation;
  const { unanswered } = resumption ?? {};
  if (unanswered !== undefined && store.getState().editor.text === "")
    store.dispatch({ type: "edited", edit: { type: "set", text: withoutAttachments(unanswered) } });
  if (isQuiet) return;
  const contextSize = conversation.usage().contextSize.toLocaleString("en");
  const greeting = `${model} on ${backend}, ${contextSize} tokens of context`;
  const isFirst = store.getState().lastKind === undefined;
  const resumed = resumption && earlier.length > 0 ? [describeResumption(resumption)] : [];
  for (const text of [...(isFirst ? [greeting] : []), ...notices, ...resumed]) store.dispatch({ type: "noted", text });
}
