// Writes to a store until it is killed: `node store-writer-child.ts FOLDER`. Each line on stdout is what has been committed:
// `session ID`, `user ID TEXT`, `answer ID TEXT`, `partial ID TEXT`. Half of a run is partial saves of growing answers.
import { writeSync } from "node:fs";
import { SessionStore } from "../../src/session/store/session-store.ts";
import { facts } from "./store-facts.ts";

const store = new SessionStore(process.argv[2] ?? "");
const tell = (what: string, id: number | string, text = "") => writeSync(1, `${what} ${id} ${text}\n`);

const { id } = store.create({ ...facts, firstMessage: "killed at some moment" });
using _lock = store.acquire(id);
tell("session", id);
for (let turn = 0; ; turn++) {
  const question = `question-${turn}-${"x".repeat(turn % 5000)}`;
  tell("user", store.addUser(id, question), question);
  const draft = store.beginAnswer(id);
  let content = "";
  for (let part = 0; part < 4; part++) {
    content += `part-${part}-`;
    draft.save({ content, thinking: "", generated: { tokens: [turn, part], text: content, lead: "" } });
    tell("partial", turn, content);
  }
  store.saveKv(id, { record: JSON.stringify({ turn }), tokens: [turn] });
  tell("answer", draft.finish({ content, thinking: "hm" }, "stop"), content);
}
