// The one gate between text from outside (a model, a paste, a file name) and the terminal: no control character passes it,
// so nothing that is printed can move the cursor, recolour the screen or write into the clipboard.

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to keep out
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const tab = "    ";

/** Text that is safe to print: control characters become visible pictures (ESC: ␛), tabs spaces; line feeds stay. */
export function printable(text: string): string {
  return text.replaceAll(unsafe, picture).replaceAll("\t", tab);
}

/** Text safe to keep in the input editor: line ends become line feeds, other control characters but tabs go. */
export function typable(text: string): string {
  return text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(unsafe, (character) => (isLineSeparator(character) ? "\n" : ""))
    .toWellFormed();
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (isLineSeparator(character)) return "\n";
  // A carriage return is half a line end, and the invisible marks say nothing on their own.
  if (character === "\r" || code > 0x9f) return "";
  if (code === 0x7f) return "␡";
  if (code >= 0x80) return "\ufffd";
  return String.fromCharCode(0x2400 + code);
}

function isLineSeparator(character: string): boolean {
  return character === "\u2028" || character === "\u2029";
}
