// Names of sessions: made from what was said first, or checked where a person gives one.
import stringWidth from "string-width";
import { ExitCode, KvchatError } from "../errors.ts";
import { graphemesOf } from "../graphemes.ts";
import { quoted } from "../models/quoted.ts";

/** Most columns of a terminal that a name takes. */
const mostColumns = 40;
const mostWords = 6;

/** A few words of `text`, in lower case, joined by hyphens; `chat` where it holds none. Letters of all scripts stay. */
export function nameFromText(text: string): string {
  const plain = text
    .slice(0, 1000)
    .normalize("NFC")
    .toLowerCase()
    .replace(/['’\u200c\u200d]/g, "");
  const words = plain.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  let name = "";
  for (const word of words.slice(0, mostWords)) {
    const longer = name === "" ? cut(word, mostColumns) : `${name}-${word}`;
    if (cut(longer, mostColumns) !== longer) break;
    name = longer;
  }
  return name || "chat";
}

/** `name` as it will be kept. Throws a KvchatError for what is empty, too long, or no name on one line. */
export function checkName(name: string): string {
  const given = name.normalize("NFC").trim();
  const wrong = whatIsWrong(given);
  if (!wrong) return given;
  throw new KvchatError(`${quoted(name)} cannot be a session's name: ${wrong}.`, {
    hint: "Give a short name, such as: trip-to-rome",
    exitCode: ExitCode.usage,
  });
}

/** `name`, or with -2, -3 and so on at its end, until `isTaken` denies. */
export function uniqueName(name: string, isTaken: (name: string) => boolean): string {
  let unique = name;
  for (let number = 2; isTaken(unique); number++) {
    const ending = `-${number}`;
    unique = cut(name, mostColumns - ending.length).replace(/-+$/, "") + ending;
  }
  return unique;
}

function whatIsWrong(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (/(?![\u200c\u200d])[\p{C}\p{Zl}\p{Zp}]/u.test(name)) return "it holds control characters";
  if (/[/\\]/.test(name)) return "it holds a path separator";
  if (/^[-.]/.test(name)) return "it begins with a dash or a dot";
  if (stringWidth(name) === 0) return "nothing of it can be seen";
  if (cut(name, mostColumns) !== name) return `it takes more than ${mostColumns} columns`;
  return undefined;
}

/** As many whole characters as fit. Marks take no column, so their number is bounded too. */
function cut(text: string, columns: number): string {
  let result = "";
  for (const segment of graphemesOf(text)) {
    if (stringWidth(result + segment) > columns || result.length + segment.length > 4 * columns) break;
    result += segment;
  }
  return result;
}
