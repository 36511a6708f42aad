// A session's current branch as one page of HTML: nothing is loaded from anywhere, light or dark as the reader's system is.
import type { BranchMessage, LoadedSession } from "./session-record.ts";

const style = `
:root { color-scheme: light dark; --back: #fff; --text: #1c1c1e; --dim: #6b6b70; --user: #eef3fb; --line: #d9d9de; }
@media (prefers-color-scheme: dark) {
  :root { --back: #17171a; --text: #e8e8ea; --dim: #9a9aa2; --user: #22293a; --line: #3a3a40; }
}
body { background: var(--back); color: var(--text); font: 16px/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
header, details, h2 { color: var(--dim); }
h1 { color: var(--text); margin-bottom: 0; overflow-wrap: anywhere; }
h2 { font-size: .85rem; margin: 1.5rem 0 .25rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.user .text { background: var(--user); border-radius: .6rem; padding: .6rem .9rem; }
details { border-left: 3px solid var(--line); padding-left: .8rem; margin-bottom: .5rem; }
`;

const titles = { user: "User", assistant: "Assistant", system: "System" };

export function exportHtml({ session, messages }: LoadedSession): string {
  const { name, model, systemPrompt, created } = session;
  const date = new Date(created).toISOString().slice(0, 10);
  const system = systemPrompt.trim() === "" ? "" : section("system", systemPrompt);
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(name)}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${escaped(name)}</h1><p>${escaped([model, date].filter(Boolean).join(", "))}</p></header>
<main>
${system}${messages.map(messageSection).join("")}</main>
</body>
</html>
`;
}

function messageSection({ role, content, thinking, state }: BranchMessage): string {
  const thought =
    thinking && `<details><summary>Thinking</summary><div class="text">${escaped(thinking)}</div></details>\n`;
  return section(role, content, thought, state === "partial" ? " (unfinished)" : "");
}

function section(role: keyof typeof titles, text: string, before = "", note = ""): string {
  const title = titles[role] + note;
  return `<section class="${role}"><h2>${title}</h2>\n${before}<div class="text" dir="auto">${escaped(text)}</div></section>\n`;
}

/** Characters with a meaning in HTML as references; control characters, which HTML cannot hold, as pictures. */
function escaped(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
      .replace(/\r\n?/g, "\n")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to replace
      .replace(/[\u0000-\u0008\u000b-\u001f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
      .replace(/[\u007f-\u009f]/g, "\ufffd")
  );
}
