// `kvchat sessions why` for people: the numbers in a line, then a line for each reason.
import type { ResumeReport } from "../../session/upkeep/explain-resume.ts";
import { printable } from "../chat/printable.ts";

/** Ends in a newline. */
export function formatWhy({ session, tokens, reused, evaluatedAgain, reasons }: ResumeReport): string {
  const count = (number: number) => number.toLocaleString("en");
  const numbers =
    tokens === 0
      ? `${session}: nothing would be reused.`
      : `${session}: ${count(reused)} of ${count(tokens)} tokens would be reused, ${count(evaluatedAgain)} evaluated again.`;
  return printable([numbers, ...reasons.map(({ message }) => message)].map((line) => `${line}\n`).join(""));
}
