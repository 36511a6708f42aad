// One line of `--turns`: plain text, or with `--jsonl` also a JSON string or a message object.
import { ExitCode, KvchatError } from "../../session/errors.ts";

export interface TurnInput {
  readonly role: "user" | "system";
  readonly content: string;
}

/** Undefined for a blank line. Throws KvchatError that names the line. `lineNumber` counts from 1. */
export function parseTurn(line: string, lineNumber: number, allowJson: boolean): TurnInput | undefined {
  const text = line.trim();
  if (text === "") return undefined;
  if (!allowJson || !/^["{]/.test(text)) return { role: "user", content: text };
  const value = parseJson(text, lineNumber);
  if (typeof value === "string") return value.trim() === "" ? undefined : { role: "user", content: value };
  const { role = "user", content } = (value ?? {}) as { role?: unknown; content?: unknown };
  if (typeof content !== "string") throw badLine(lineNumber, "the message has no `content` text");
  if (role !== "user" && role !== "system")
    throw badLine(lineNumber, `a turn cannot have the role ${JSON.stringify(role)}`);
  if (role === "user" && content.trim() === "") return undefined;
  return { role, content };
}

function parseJson(text: string, lineNumber: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badLine(lineNumber, "it is no valid JSON", error);
  }
}

function badLine(lineNumber: number, why: string, cause?: unknown): KvchatError {
  return new KvchatError(`Line ${lineNumber} of the turns cannot be used: ${why}.`, {
    hint: 'A line is text, a JSON string, or {"role": "user" or "system", "content": "…"}.',
    exitCode: ExitCode.usage,
    cause,
  });
}
