// A process of its own that stores and reads what other processes store and read: arguments are the folder and a seed.
import { createHash } from "node:crypto";
import { BlockStore } from "../../src/cache/block-store.ts";

const [folder = "", seed = "0"] = process.argv.slice(2);
const store = await BlockStore.open(folder, { capBytes: 40_000 });
const keys = Array.from({ length: 12 }, (_, index) => createHash("sha256").update(String(index)).digest("hex"));
let random = Number(seed) + 1;
let [wrong, read] = [0, 0];
for (let step = 0; step < 250; step++) {
  random = (random * 48271) % 2147483647;
  const index = random % keys.length;
  const key = keys[index] as string;
  const action = Math.floor(random / 16) % 8;
  if (action < 3) {
    const tensors = [{ name: "state", dtype: "U8" as const, shape: [5000] }];
    await store.write("block", key, { tensors, metadata: {}, data: [new Uint8Array(5000).fill(index)] });
  } else if (action < 6) {
    const { found, reason } = await store.read("block", key, ({ bytes }) => bytes.at(-1));
    if (found !== undefined) read++;
    if (found === undefined ? reason !== "it is not stored" : found !== index) wrong++;
  } else if (action === 6) await store.remove("block", key);
  else await store.collect({ isNeeded: () => random % 3 > 0, usedSince: Date.now() });
}
process.stdout.write(JSON.stringify({ wrong, read }));
