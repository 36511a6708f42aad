// `kvchat sessions verify` for people: what was checked, a line for each thing that was wrong, and the outcome.
import prettyBytes from "pretty-bytes";
import type { VerifyReport } from "../../session/upkeep/verify-sessions.ts";
import { printable } from "../chat/printable.ts";

/** Enough of a key to find its file. */
const keyCharacters = 12;

/** Ends in a newline. */
export function formatVerified({
  sessions,
  files,
  bytes,
  removed,
  database,
  incomplete,
  dropped,
  isWhole,
}: VerifyReport): string {
  const wrong = [
    ...database.map(({ problem, isRepaired }) => `sessions: ${problem}${isRepaired ? "; repaired" : ""}`),
    ...removed.map(({ kind, key, reason }) => `${kind} ${key.slice(0, keyCharacters)}: ${reason}; removed`),
    ...dropped.map(({ name, isRepaired, reason }) =>
      isRepaired
        ? `${name}: the account of its cache was damaged; dropped, all is evaluated again`
        : `${name}: the account of its cache is damaged. ${reason}`,
    ),
  ];
  const notes = incomplete.map(
    ({ name, tokens, of }) => `${name}: ${tokens} of ${of} tokens are kept, the others are evaluated again`,
  );
  const outcome =
    wrong.length === 0 ? "Nothing is wrong." : isWhole ? "All of it is repaired." : "Not all could be repaired.";
  return printable(
    [
      `Checked ${sessions} sessions and ${files} files of their caches (${prettyBytes(bytes)}).`,
      ...wrong.map((line) => `! ${line}`),
      ...notes.map((line) => `  ${line}`),
      `${outcome}\n`,
    ].join("\n"),
  );
}
