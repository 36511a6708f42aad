// Text from a model or a file made safe inside a page: no tag, attribute or entity of its own, no control characters.
import { printable } from "../chat/printable.ts";

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
