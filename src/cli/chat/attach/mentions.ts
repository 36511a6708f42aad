// Where a text names files by `@`: at its start or behind a blank or an opening bracket, so that an address is none. A name with
// blanks stands in double quotes or has backslashes before them. Pure.
import { homedir } from "node:os";
import { resolve } from "node:path";
import { typable } from "../printable.ts";

/** `[start, end)` is all of it, `@` and quotes included. */
export interface Mention {
  readonly start: number;
  readonly end: number;
  /** As it is written, without quotes and backslashes. */
  readonly path: string;
  readonly isQuoted: boolean;
}

const pattern = /(?<=^|[\s([{<"'«“‘])@(?:"((?:\\[\s\S]|[^"\\\n])*)"?|((?:\\[\s\S]|[^\s\\"])+)|)/g;

/** In their order; a lone `@` is one without a path. */
export function mentionsIn(text: string): Mention[] {
  if (!text.includes("@")) return [];
  return [...text.matchAll(pattern)].map(({ 0: all, 1: quoted, 2: bare = "", index }) => ({
    start: index,
    end: index + all.length,
    path: unescaped(quoted ?? bare),
    isQuoted: quoted !== undefined,
  }));
}

/** What to write for a path so that it is read as that, behind `@`. */
export function mentionOf(path: string, { isQuoted, isOpen }: { isQuoted: boolean; isOpen: boolean }): string {
  if (isQuoted) return `@"${escaped(path, /["\\]/g)}${isOpen ? "" : '"'}`;
  return `@${escaped(path, /[\s"\\]/g)}`;
}

/** Against the folder that the chat was begun in; `~` is the user's own. */
export function resolvePath(path: string): string {
  return resolve(path.replace(/^~(?=$|[/\\])/, () => homedir()));
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u\{([\da-f]{1,6})\}|([\s\S]))/gi, (all, code: string | undefined, character: string) => {
    const point = code === undefined ? undefined : Number.parseInt(code, 16);
    if (point === undefined) return character;
    return point <= 0x10ffff ? String.fromCodePoint(point) : all;
  });
}

/** Characters that cannot be typed are written by their numbers: `\u{1b}`. */
function escaped(path: string, special: RegExp): string {
  return [...path.replaceAll(special, (character) => (isTypable(character) ? `\\${character}` : character))]
    .map((character) => (isTypable(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`))
    .join("");
}

function isTypable(character: string): boolean {
  return character !== "\n" && typable(character) === character;
}
