// What of the store belongs to a conversation: its blocks and its tail; where undo needs them, the ends of shorter prefixes too.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Chain, chainKeys, keyAt } from "../../src/cache/block-key.ts";
import { BlockStore } from "../../src/cache/block-store.ts";
import { Inventory } from "../../src/cache/inventory.ts";
import { storeSnapshot } from "../../src/cache/snapshot.ts";
import { storeState } from "../../src/cache/store-state.ts";
import { count, type SectionSpec, stateBytes } from "../helpers/state-bytes.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const fingerprint = { model: "m" };
const chainOf = (tokens: number[]): Chain => ({ fingerprint, tokens });
/** Another conversation of the same beginning, and more tokens than a block. */
const other = chainOf([...count(0, 280), ...count(1000, 1050)]);

async function openPlace() {
  const folder = tempFolder();
  const store = await BlockStore.open(join(folder, "store"));
  const state = join(folder, "state");
  const write = ({ tokens }: Chain, slides: boolean) => {
    const section = (from: number): SectionSpec => ({
      typeK: "f16",
      typeV: "f16",
      layers: [[32, 32]],
      positions: count(from, tokens.length),
    });
    const sections = slides ? [section(0), section(Math.max(0, tokens.length - 50))] : [section(0)];
    writeFileSync(state, stateBytes({ tokens, sections }));
  };
  return {
    async save(chain: Chain, { slides = false } = {}) {
      write(chain, slides);
      await storeState(state, chain, store);
    },
    async saveWhole(chain: Chain) {
      write(chain, false);
      await storeSnapshot(state, chain, store);
    },
    piecesOf: async (chain: Chain) => {
      const pieces = await (await Inventory.take(store)).piecesOf(chain);
      expect(pieces.every(({ bytes }) => bytes > 0)).toBe(true);
      return pieces.map(({ kind, key }) => `${kind} ${key}`).sort();
    },
  };
}

function names(chain: Chain, kind: "block" | "tail" | "snapshot", lengths: number[]): string[] {
  return lengths.map((length) => `${kind} ${keyAt(chain, chainKeys(chain), length)}`);
}

test("of a plain cache its blocks and its own tail", async () => {
  const { save, piecesOf } = await openPlace();
  for (const length of [300, 600]) await save(chainOf(count(0, length)));
  await save(other);
  const chain = chainOf(count(0, 600));
  expect(await piecesOf(chain)).toEqual([...names(chain, "block", [256, 512]), ...names(chain, "tail", [600])].sort());
  expect(await piecesOf(chainOf(count(0, 700)))).toEqual(names(chain, "block", [256, 512]).sort());
  expect(await piecesOf({ ...chain, fingerprint: { model: "n" } })).toEqual([]);
});

test("of a cache that slides the tails of all its prefixes, at the ends of blocks too, and none of another's", async () => {
  const { save, piecesOf } = await openPlace();
  for (const length of [100, 256, 300, 600]) await save(chainOf(count(0, length)), { slides: true });
  await save(other, { slides: true });
  const chain = chainOf(count(0, 500));
  expect(await piecesOf(chain)).toEqual(
    [...names(chain, "block", [256]), ...names(chain, "tail", [100, 256, 300])].sort(),
  );
});

test("of states that are kept whole the snapshots of all prefixes", async () => {
  const { saveWhole, piecesOf } = await openPlace();
  for (const length of [100, 300]) await saveWhole(chainOf(count(0, length)));
  await saveWhole(other);
  const chain = chainOf(count(0, 300));
  expect(await piecesOf(chain)).toEqual(names(chain, "snapshot", [100, 300]).sort());
});
