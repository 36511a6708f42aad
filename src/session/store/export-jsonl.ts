// A session's current branch as the messages that OpenAI's and llama.cpp's chat APIs take, one JSON object a line.
import { safeJson } from "./safe-json.ts";
import type { LoadedSession } from "./session-record.ts";

export function exportJsonl({ session, messages }: LoadedSession): string {
  const system = session.systemPrompt.trim() === "" ? [] : [{ role: "system", content: session.systemPrompt }];
  const spoken = messages.map(({ role, content, thinking }) => ({
    role,
    content,
    ...(thinking !== "" && { reasoning_content: thinking }),
  }));
  return [...system, ...spoken].map((message) => `${safeJson(message)}\n`).join("");
}
