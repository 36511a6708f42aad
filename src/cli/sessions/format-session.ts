// `kvchat sessions show`: what a session is, and its current branch as it was said.
import type { BranchMessage, LoadedSession } from "../../session/store/session-record.ts";
import { printable } from "../chat/printable.ts";

const speakers = { user: "You", assistant: "Model" };

/** Ends in a newline. */
export function formatSession({ session, messages }: LoadedSession): string {
  const { id, name, model, created, updated, systemPrompt, forkedFrom } = session;
  const facts = [
    ["Session", `${name} (${id})`],
    ["Model", model || "none yet"],
    ["Begun", new Date(created).toISOString()],
    ["Last", new Date(updated).toISOString()],
    ...(forkedFrom ? [["Forked", `from ${forkedFrom.id}, after turn ${forkedFrom.turn}`]] : []),
    ...(systemPrompt.trim() === "" ? [] : [["System", systemPrompt]]),
  ];
  const head = facts.map(([label = "", value]) => `${label.padEnd(8)} ${value}`).join("\n");
  return `${printable([head, ...messages.map(formatMessage)].join("\n\n"))}\n`;
}

function formatMessage({ role, content, siblings, siblingIndex, evicted, state }: BranchMessage): string {
  const notes = [
    ...(siblings.length > 1 ? [`${siblingIndex + 1}/${siblings.length}`] : []),
    ...(evicted ? ["outside the window"] : []),
    ...(state === "partial" ? ["unfinished"] : []),
  ];
  return `${speakers[role]}${notes.length > 0 ? ` (${notes.join(", ")})` : ""}:\n${content.trimEnd()}`;
}
