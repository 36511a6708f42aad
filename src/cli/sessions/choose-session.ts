// Which session a run goes on with, by its flags.
import { ExitCode, KvchatError } from "../../session/errors.ts";
import type { SessionRecord } from "../../session/store/session-record.ts";
import type { SessionStore } from "../../session/store/session-store.ts";

export type SessionChoice =
  | { readonly kind: "new" }
  /** The session of this name, or a new one. */
  | { readonly kind: "named"; readonly name: string }
  /** By name, id or the beginning of one; an empty name is left to the user. */
  | { readonly kind: "resume"; readonly name: string }
  | { readonly kind: "newest" };

/** Throws KvchatError for flags that contradict each other. */
export function chooseSession(flags: Readonly<Record<string, string>>): SessionChoice {
  const given = ["session", "resume", "continue"].filter((key) => flags[key] !== undefined && flags[key] !== "false");
  if (given.length > 1) {
    throw new KvchatError(`--${given[0]} and --${given[1]} contradict each other.`, {
      hint: "Give one of them.",
      exitCode: ExitCode.usage,
    });
  }
  if (flags.session !== undefined) return { kind: "named", name: flags.session };
  if (flags.resume !== undefined) return { kind: "resume", name: flags.resume };
  return given.length > 0 ? { kind: "newest" } : { kind: "new" };
}

/** The session that is meant; undefined for a new one. `pick` asks the user. Throws KvchatError where there is none such. */
export async function findChosen(
  choice: SessionChoice,
  store: SessionStore,
  pick: (() => Promise<SessionRecord>) | undefined,
): Promise<SessionRecord | undefined> {
  switch (choice.kind) {
    case "new":
      return undefined;
    case "named":
      return store.list().some(({ name }) => name === choice.name.normalize("NFC").trim())
        ? store.find(choice.name)
        : undefined;
    case "resume":
      if (choice.name !== "") return store.find(choice.name);
      return pick && store.newest() ? pick() : newest(store);
    case "newest":
      return newest(store);
  }
}

function newest(store: SessionStore): SessionRecord {
  const session = store.newest();
  if (session) return session;
  throw new KvchatError("There is no session to go on with.", {
    hint: "Every chat becomes one: begin with kvchat run.",
    exitCode: ExitCode.notFound,
  });
}
