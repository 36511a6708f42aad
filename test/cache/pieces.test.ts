// A save names all that a conversation's cache is made of: its blocks and its tail; where undo needs them, the ends of shorter
// prefixes too.
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Chain, chainKeys, keyAt } from "../../src/cache/block-key.ts";
import { BlockStore } from "../../src/cache/block-store.ts";
import { decodePieces, encodePieces, findPieces, type Piece, tokensOf } from "../../src/cache/pieces.ts";
import { storeSnapshot } from "../../src/cache/snapshot.ts";
import { entryPath, type Kind, kinds } from "../../src/cache/store-folder.ts";
import { storeState } from "../../src/cache/store-state.ts";
import { count, type SectionSpec, stateBytes } from "../helpers/state-bytes.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const fingerprint = { model: "m" };
const chainOf = (tokens: number[]): Chain => ({ fingerprint, tokens });
/** Goes another way behind 37 tokens. */
const otherWay = chainOf([...count(0, 37), ...count(1000, 1031)]);

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
  let before: readonly Piece[] = [];
  /** Names of what is told, all of which lies in the store. */
  const told = (pieces: readonly Piece[]) => {
    for (const { kind, key, bytes } of pieces) expect(statSync(entryPath(store.folder, kind, key)).size).toBe(bytes);
    return pieces.map(({ kind, key, tokens }) => `${kind} ${tokens} ${key}`);
  };
  return {
    /** One save after the other of one conversation. */
    async save(chain: Chain, { slides = false, isWhole = false } = {}) {
      write(chain, slides);
      const stored = isWhole
        ? await storeSnapshot(state, chain, store, before)
        : await storeState(state, chain, store, before);
      before = stored.pieces;
      return told(stored.pieces);
    },
    find: async (chain: Chain) => told(await findPieces(chain, store)),
  };
}

function names(chain: Chain, kind: Kind, lengths: number[]): string[] {
  return lengths.map((length) => `${kind} ${length} ${keyAt(chain, chainKeys(chain), length)}`);
}

test("of a plain cache its blocks and its own tail, however often it is saved", async () => {
  const { save, find } = await openPlace();
  const chain = chainOf(count(0, 75));
  const all = [...names(chain, "block", [32, 64]), ...names(chain, "tail", [75])];
  await save(chainOf(count(0, 37)));
  expect(await save(chain)).toEqual(all);
  expect(await save(chain)).toEqual(all);
  expect(await save(chainOf(count(0, 64)))).toEqual(names(chain, "block", [32, 64]));
  expect(await find(chain)).toEqual(all);
  expect(await find(chainOf(count(0, 87)))).toEqual(names(chain, "block", [32, 64]));
  expect(await find({ ...chain, fingerprint: { model: "n" } })).toEqual([]);
});

test("of a cache that slides the tails of all its prefixes, at the ends of blocks too, and none of another way", async () => {
  const { save, find } = await openPlace();
  for (const length of [13, 32, 37]) await save(chainOf(count(0, length)), { slides: true });
  const chain = chainOf(count(0, 75));
  expect(await save(chain, { slides: true })).toEqual([
    ...names(chain, "block", [32, 64]),
    ...names(chain, "tail", [13, 32, 37, 75]),
  ]);
  expect(await save(otherWay, { slides: true })).toEqual([
    ...names(otherWay, "block", [32, 64]),
    ...names(otherWay, "tail", [13, 32, 37, 68]),
  ]);
  expect(await find(otherWay)).toEqual([...names(otherWay, "block", [32, 64]), ...names(otherWay, "tail", [68])]);
});

test("as text and back", () => {
  const piece = fc.record({
    kind: fc.constantFrom(...kinds),
    key: fc.stringMatching(/^[0-9a-f]{64}$/),
    tokens: fc.nat(99_999_999),
    bytes: fc.nat({ max: 999_999_999_999 }),
  });
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = encodePieces(pieces);
      expect(decodePieces(text)).toEqual(pieces);
      expect(tokensOf(text)).toBe(pieces.at(-1)?.tokens ?? 0);
    }),
  );
});

test("of states that are kept whole its own snapshot and the one before", async () => {
  const { save, find } = await openPlace();
  for (const length of [13, 37]) await save(chainOf(count(0, length)), { isWhole: true });
  expect(await save(otherWay, { isWhole: true })).toEqual(names(otherWay, "snapshot", [37, 68]));
  expect(await save(chainOf(count(0, 37)), { isWhole: true })).toEqual(names(otherWay, "snapshot", [37]));
  expect(await find(chainOf(count(0, 37)))).toEqual(names(otherWay, "snapshot", [37]));
});
