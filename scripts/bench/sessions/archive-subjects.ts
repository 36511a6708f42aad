// What must stay quick in a store of 10,000 sessions: a fork, the list of all of them, and a search in 100,000 messages.
import { SessionStore } from "../../../src/session/store/session-store.ts";
import type { MakeSubject } from "../field.ts";
import { runProgram } from "../program.ts";
import type { Bound, Subject } from "../subject.ts";
import { type Archive, archive } from "./archive.ts";
import { commonWord, rareWord } from "./archive-texts.ts";

const quick: Bound = { side: "at most", value: 150 };

/** In a process that has the store open, as a chat has: until the copy is on the disk. */
export const fork: MakeSubject = async (field, open) => {
  const { kvchat, newest } = await archive(field);
  const store = open.use(new SessionStore(kvchat.data));
  return {
    ...alone("fork", async () => {
      const begun = performance.now();
      const { id } = store.fork(newest);
      const ms = performance.now() - begun;
      store.remove(id);
      return ms;
    }),
    bound: { side: "at most", value: 20 },
  };
};

export const forkProcess = wholeProcess("fork process", ({ newest }) => ["fork", newest]);
export const list = wholeProcess("list", () => [], quick);
export const searchRare = wholeProcess("search rare", () => ["search", rareWord], quick);
export const searchCommon = wholeProcess("search common", () => ["search", commonWord], quick);

function wholeProcess(name: string, argsFor: (archive: Archive) => readonly string[], bound?: Bound): MakeSubject {
  return async (field) => {
    const made = await archive(field);
    const program = made.kvchat.with("sessions", ...argsFor(made));
    return { ...alone(name, async (signal) => (await runProgram(program, signal)).endMs), bound };
  };
}

function alone(name: string, measure: Subject["kvchat"]["measure"]): Subject {
  return { name, unit: "ms", comparison: "alone", kvchat: { name: "kvchat", measure }, rivals: [] };
}
