// A session with all of its branches as JSON, and back without loss. The format's number grows when its meaning changes.
import { safeJson } from "./safe-json.ts";
import type { SessionTree } from "./session-record.ts";

export const jsonFormat = "kvchat-session";
export const jsonVersion = 1;

export function exportJson({ session, messages }: SessionTree): string {
  return `${safeJson({ format: jsonFormat, version: jsonVersion, session, messages }, 2)}\n`;
}
