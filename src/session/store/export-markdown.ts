// A session's current branch as Markdown, to read and to paste. What was said is not changed.
import type { LoadedSession } from "./session-record.ts";

const titles = { user: "User", assistant: "Assistant" };

export function exportMarkdown({ session, messages }: LoadedSession): string {
  const facts = [session.model, `${new Date(session.created).toISOString().slice(0, 10)}`].filter(Boolean).join(", ");
  const parts = [`# ${session.name}`, facts];
  if (session.systemPrompt.trim() !== "") parts.push("## System", session.systemPrompt);
  for (const { role, content, thinking, state } of messages) {
    parts.push(`## ${titles[role]}`);
    if (thinking !== "") parts.push(`<details><summary>Thinking</summary>\n\n${thinking}\n\n</details>`);
    parts.push(content);
    if (state === "partial") parts.push("*(unfinished)*");
  }
  return `${parts.join("\n\n")}\n`;
}
