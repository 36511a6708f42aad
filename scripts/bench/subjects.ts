// The table of all that is measured: how, and which programs of llama.cpp it takes.
import type { Field, MakeSubject, MakeTrial } from "./field.ts";
import type { LlamaProgram } from "./llama-cpp.ts";
import { chat, memory, start, version } from "./program-subjects.ts";
import { measureSubject, measureTrial } from "./rounds.ts";
import { fork, forkProcess, list, searchCommon, searchRare } from "./sessions/archive-subjects.ts";
import { resume } from "./sessions/resume.ts";
import { save } from "./sessions/save.ts";
import { sharedPrefix } from "./sessions/shared-prefix.ts";
import { turnBytes } from "./sessions/turn-bytes.ts";
import { decode, prefill } from "./speed-subjects.ts";
import type { Row, SubjectName } from "./subject.ts";

interface Entry {
  readonly measure: (field: Field, rounds: number | undefined) => Promise<Row[]>;
  readonly llamaCpp?: readonly LlamaProgram[];
}

export const subjects: Readonly<Record<SubjectName, Entry>> = {
  decode: { measure: compared(decode), llamaCpp: ["llama-bench"] },
  prefill: { measure: compared(prefill), llamaCpp: ["llama-bench"] },
  start: { measure: compared(start), llamaCpp: ["llama-completion"] },
  memory: { measure: compared(memory), llamaCpp: ["llama-completion"] },
  version: { measure: compared(version) },
  chat: { measure: compared(chat) },
  resume: { measure: compared(resume("f16"), resume("q8_0")), llamaCpp: ["llama-completion", "llama-server"] },
  "turn-bytes": { measure: tried(turnBytes("f16"), turnBytes("q8_0")) },
  "shared-prefix": { measure: tried(sharedPrefix) },
  fork: { measure: compared(fork, forkProcess) },
  list: { measure: compared(list) },
  search: { measure: compared(searchRare, searchCommon) },
  save: { measure: tried(save) },
};

function compared(...makes: readonly MakeSubject[]): Entry["measure"] {
  return inOrder(makes, async (make, field, rounds) => {
    await using open = new AsyncDisposableStack();
    return await measureSubject(await make(field, open), { ...field, rounds });
  });
}

function tried(...makes: readonly MakeTrial[]): Entry["measure"] {
  return inOrder(makes, async (make, field, rounds) => {
    await using open = new AsyncDisposableStack();
    return await measureTrial(await make(field, open), { ...field, rounds });
  });
}

function inOrder<Make>(
  makes: readonly Make[],
  measure: (make: Make, field: Field, rounds: number | undefined) => Promise<Row[]>,
): Entry["measure"] {
  return async (field, rounds) => {
    const rows: Row[] = [];
    for (const make of makes) rows.push(...(await measure(make, field, rounds)));
    return rows;
  };
}
