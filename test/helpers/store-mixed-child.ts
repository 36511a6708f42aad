// Does all that a store can do, at random, beside other processes that do the same: `node store-mixed-child.ts FOLDER SEED
// COUNT`. Prints how many operations were done and refused; any error that is not a refusal ends it.
import { KvchatError } from "../../src/session/errors.ts";
import { SessionStore } from "../../src/session/store/session-store.ts";
import { facts } from "./store-facts.ts";

const [folder = "", seed = "1", count = "1"] = process.argv.slice(2);
const store = new SessionStore(folder);
let state = Number(seed);

/** xorshift32: a number from 0 up to `below`. */
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

function anySession(): string {
  const sessions = store.list();
  const picked = sessions[random(Math.max(1, sessions.length))];
  return picked?.id ?? store.create({ ...facts, firstMessage: `begun by ${seed}` }).id;
}

function talk(): void {
  const id = anySession();
  using _lock = store.acquire(id);
  for (let turn = 0; turn <= random(3); turn++) {
    store.addUser(id, `ask ${random(1000)}`);
    const draft = store.beginAnswer(id);
    draft.save({ content: "so far", thinking: "" });
    if (random(4) === 0) draft.discard();
    else if (random(4) > 0) draft.finish({ content: `so far and all ${random(1000)}`, thinking: "" }, "stop");
  }
}

function moveAbout(): void {
  const id = anySession();
  using _lock = store.acquire(id);
  const { messages } = store.load(id);
  const message = messages[random(Math.max(1, messages.length))];
  if (!message) return;
  store.setLeaf(id, message.parent);
  store.selectBranch(id, message.siblings[random(message.siblings.length)] ?? message.id);
  store.setEvicted(id, [message.id]);
  if (random(3) === 0) store.dropLeaf(id);
}

const operations = [
  () => void store.create({ ...facts, firstMessage: `Session of ${random(5)}` }),
  talk,
  talk,
  talk,
  moveAbout,
  () => void store.fork(anySession()),
  () => void store.rename(anySession(), `name ${random(50)}`),
  () => void store.updateSettings(anySession(), { seed: random(100) }),
  () => store.saveKv(anySession(), { record: "{}", tokens: [random(100)] }),
  () => void store.search(`all ${random(10)}`),
  () => store.remove(anySession()),
];

const done = { done: 0, refused: 0 };
for (let operation = 0; operation < Number(count); operation++) {
  try {
    operations[random(operations.length)]?.();
    done.done++;
  } catch (error) {
    if (!(error instanceof KvchatError) || error.cause instanceof Error) {
      const { errcode } = (error as { cause?: { errcode?: number } }).cause ?? {};
      if (errcode !== 5 || !/is open in/.test((error as Error).message)) throw error;
    }
    done.refused++;
  }
}
store[Symbol.dispose]();
process.stdout.write(JSON.stringify(done));
