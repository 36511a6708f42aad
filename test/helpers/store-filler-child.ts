// Talks until the disk is full: `node store-filler-child.ts FOLDER`. Prints the error, what was committed, what is there,
// and what could be said after room was made (`spare` is deleted for that; where it is not there, nothing is).
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KvchatError } from "../../src/session/errors.ts";
import { SessionStore } from "../../src/session/store/session-store.ts";
import { facts } from "./store-facts.ts";

const folder = process.argv[2] ?? "";
const spare = join(folder, "spare");
writeFileSync(spare, Buffer.alloc(100_000, 1));
const store = new SessionStore(folder);
const { id } = store.create(facts);
const told: string[] = [];
try {
  for (;;) {
    const text = `${told.length} ${"words of a long text ".repeat(50)}`;
    if (told.length % 2 === 0) store.addUser(id, text);
    else store.beginAnswer(id).finish({ content: text, thinking: "" }, "stop");
    told.push(text);
  }
} catch (error) {
  const { name, message, hint } = error as KvchatError;
  const there = store.load(id).messages.map(({ content }) => content);
  const isWhole = JSON.stringify(there) === JSON.stringify(told);
  rmSync(spare);
  let goesOn = true;
  try {
    store.setLeaf(id, null);
    store.addUser(id, "there is room again");
  } catch {
    goesOn = false;
  }
  process.stdout.write(JSON.stringify({ name, message, hint, told: told.length, isWhole, goesOn }));
}
