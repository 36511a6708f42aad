// From a state file into blocks and back: what comes out is the state in position order, or the longest good prefix of it.
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Chain, chainKeys, keyAt } from "../../src/cache/block-key.ts";
import { BlockStore } from "../../src/cache/block-store.ts";
import { composeState } from "../../src/cache/compose-state.ts";
import { encodeBlock, type KvBlock } from "../../src/cache/kv-block.ts";
import type { Piece } from "../../src/cache/pieces.ts";
import { loadSnapshot, storeSnapshot } from "../../src/cache/snapshot.ts";
import { StateFileError } from "../../src/cache/state-format.ts";
import { StoreError } from "../../src/cache/store-error.ts";
import { entryPath } from "../../src/cache/store-folder.ts";
import { storeState } from "../../src/cache/store-state.ts";
import { onSmallDisk } from "../helpers/small-disk.ts";
import { count, layoutOf, rowsAt, type SectionSpec, stateBytes } from "../helpers/state-bytes.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const fingerprint = { model: "m" };
const rows = {
  typeK: "f16",
  typeV: "q8_0",
  layers: [
    [32, 32],
    [64, 32],
  ],
} as const;
const section: SectionSpec = { ...rows, positions: [] };
const window = 13;

/** A state of `length` tokens; with `slides`, a second cache holds the last 13. `reversed` cells lie in no good order. */
function stateOf(length: number, { slides = false, reversed = false, sequences = 1 } = {}) {
  const order = (positions: number[]) => (reversed ? positions.reverse() : positions);
  const section = (from: number): SectionSpec => ({ ...rows, sequences, positions: order(count(from, length)) });
  const sections = slides ? [section(0), section(Math.max(0, length - window))] : [section(0)];
  return stateBytes({ tokens: count(0, length), sections });
}

const chainOf = (length: number, changes: Partial<Chain> = {}): Chain => ({
  fingerprint,
  tokens: count(0, length),
  ...changes,
});

async function openPlace() {
  const folder = tempFolder();
  const store = await BlockStore.open(join(folder, "store"));
  const live = join(folder, "live");
  const composed = join(folder, "composed");
  return {
    store,
    save(length: number, options?: Parameters<typeof stateOf>[1], before?: readonly Piece[]) {
      writeFileSync(live, stateOf(length, options));
      return storeState(live, chainOf(length), store, before);
    },
    compose: (length: number, changes?: Partial<Chain>, options?: { sequences: number }) =>
      composeState(composed, chainOf(length, changes), store, options),
    composed: () => readFileSync(composed),
    damage(kind: "block" | "tail", length: number) {
      const chain = chainOf(length);
      const path = entryPath(store.folder, kind, keyAt(chain, chainKeys(chain), length));
      const bytes = readFileSync(path);
      bytes[bytes.length - 9] = (bytes[bytes.length - 9] as number) ^ 4;
      writeFileSync(path, bytes);
    },
    live,
    composedPath: composed,
  };
}

describe("one cache", () => {
  test.each([1, 31, 32, 33, 75, 96])(
    "%i tokens, in any order of cells, come back in position order",
    async (length) => {
      const place = await openPlace();
      const stored = await place.save(length, { reversed: true });
      expect(stored).toMatchObject({ blocks: Math.floor(length / 32), inOrder: length === 1 });
      expect(await place.compose(length)).toEqual({
        tokens: length,
        bytes: stateOf(length).length,
        reason: undefined,
        isDamaged: false,
      });
      expect(place.composed().equals(stateOf(length))).toBe(true);
      await place.compose(length, {}, { sequences: 3 });
      expect(place.composed().equals(stateOf(length, { sequences: 3 }))).toBe(true);
    },
  );

  test("a save writes only what the store lacks", async () => {
    const { save, store } = await openPlace();
    const first = await save(75);
    expect(first.bytes).toBe((await store.stats()).bytes);
    expect(await save(75)).toMatchObject({ blocks: 0, bytes: 0, tailBytes: 0, key: first.key });
    const grown = await save(100);
    expect(grown.blocks).toBe(1);
    expect(grown.bytes).toBeLessThan(first.bytes);
    expect((await store.stats()).entries).toEqual({ block: 3, tail: 2, snapshot: 0 });
    const tailOf = ({ key }: { key: string }) => ({ kind: "tail", key });
    expect((await save(101, {}, grown.pieces)).superseded).toMatchObject([tailOf(grown)]);
    expect((await save(101, {}, (await save(101)).pieces)).superseded).toEqual([]);
    expect((await save(102, { slides: true }, (await save(101, { slides: true })).pieces)).superseded).toEqual([]);
  });

  test("a save into a full store does not push out the blocks that it goes on from", async () => {
    const place = await openPlace();
    await place.save(87);
    const { folder } = place.store;
    const { bytes } = await place.store.stats();
    const chain = chainOf(87);
    const keys = chainKeys(chain);
    const age = (kind: "block" | "tail", key: string, hours: number) => {
      const time = new Date(Date.now() - hours * 3_600_000);
      utimesSync(entryPath(folder, kind, key), time, time);
    };
    for (const key of keys.blocks) age("block", key, 3);
    age("tail", keyAt(chain, keys, 87), 2);
    const full = await BlockStore.open(folder, { capBytes: bytes + 5000 });
    writeFileSync(place.live, stateOf(90));
    await storeState(place.live, chainOf(90), full);
    expect((await full.stats()).entries).toEqual({ block: 2, tail: 1, snapshot: 0 });
    expect(await place.compose(90)).toMatchObject({ tokens: 90, reason: undefined });
  });

  test("of another text, what the two share is taken; of another fingerprint or past, nothing", async () => {
    const { save, compose, composed } = await openPlace();
    await save(87);
    const tokens = count(0, 87).with(76, -1);
    expect(await compose(87, { tokens })).toMatchObject({
      tokens: 64,
      reason: "nothing is stored behind position 64",
    });
    expect(composed().equals(stateOf(64))).toBe(true);
    expect((await compose(125)).reason).toBe("positions 64 to 95 are not stored");
    expect((await compose(87, { fingerprint: { model: "n" } })).tokens).toBe(0);
    expect((await compose(87, { lineage: { from: 3, settled: 9, salt: "s" } })).tokens).toBe(0);
    expect((await compose(87, { lineage: { from: 37, settled: 50, salt: "s" } })).tokens).toBe(32);
  });

  test("a bad block or tail is named, the good prefix before it taken, and the next save mends it", async () => {
    const { save, compose, composed, damage } = await openPlace();
    await save(87);
    damage("tail", 87);
    expect(await compose(87)).toMatchObject({ tokens: 64, reason: "the tail: its checksum does not match" });
    damage("block", 64);
    expect(await compose(87)).toMatchObject({
      tokens: 32,
      reason: "positions 32 to 63: its checksum does not match",
    });
    expect(composed().equals(stateOf(32))).toBe(true);
    damage("block", 32);
    expect(await compose(87)).toEqual({
      tokens: 0,
      bytes: 0,
      reason: "positions 0 to 31: its checksum does not match",
      isDamaged: true,
    });
    expect(await save(87)).toMatchObject({ blocks: 2 });
    expect(await compose(87)).toMatchObject({ tokens: 87, reason: undefined });
  });

  test("all that is bad is found at once, also behind what is missing, and the next save mends all of it", async () => {
    const { save, compose, composed, damage, store } = await openPlace();
    await save(187);
    for (const length of [64, 128, 160]) damage("block", length);
    damage("tail", 187);
    expect(await compose(187)).toMatchObject({
      tokens: 32,
      reason: "the tail: its checksum does not match; 3 more damaged",
    });
    expect(composed().equals(stateOf(32))).toBe(true);
    expect((await store.stats()).entries).toEqual({ block: 2, tail: 0, snapshot: 0 });
    expect(await save(187)).toMatchObject({ blocks: 3 });
    expect(await compose(187)).toMatchObject({ tokens: 187, reason: undefined, isDamaged: false });

    await store.remove("block", chainKeys(chainOf(32)).blocks[0] as string);
    damage("block", 96);
    expect(await compose(187)).toMatchObject({
      tokens: 0,
      reason: "positions 64 to 95: its checksum does not match",
    });
    expect((await store.verify()).removed).toEqual([]);
  });

  test("where too little can be had to be of use no file is written", async () => {
    const { save, store, composedPath } = await openPlace();
    await save(75);
    expect(await composeState(composedPath, chainOf(87), store, { least: 76 })).toMatchObject({
      tokens: 0,
      bytes: 0,
    });
    expect(existsSync(composedPath)).toBe(false);
    expect(await composeState(composedPath, chainOf(87), store, { least: 75 })).toMatchObject({ tokens: 75 });
  });

  test("a whole block under this key that is of other tokens or another layout is refused", async () => {
    const { save, store, compose } = await openPlace();
    await save(64);
    const { blocks, root } = chainKeys(chainOf(64));
    const block: KvBlock = {
      parent: blocks[0] as string,
      firstPosition: 32,
      tokens: count(32, 64),
      base: { layout: layoutOf(section), count: 32, bytes: rowsAt(0, section, 32, 64) },
      slides: false,
    };
    const narrow = { ...section, layers: section.layers.slice(0, 1) };
    const wrongs: [Partial<KvBlock>, string][] = [
      [{ tokens: count(33, 65) }, "it holds other tokens"],
      [{ parent: root }, "it holds other tokens"],
      [{ firstPosition: 0 }, "it holds other tokens"],
      [{ parent: "x" }, "it does not say what it holds"],
      [{ base: { layout: layoutOf(narrow), count: 32, bytes: rowsAt(0, narrow, 32, 64) } }, "of another kind"],
    ];
    for (const [wrong, reason] of [[{}, ""], ...wrongs] as typeof wrongs) {
      await store.write("block", blocks[1] as string, encodeBlock({ ...block, ...wrong }));
      const composed = await compose(64);
      // The first to be read tells the layout, so that one that differs makes the other the stranger.
      if (reason === "of another kind") expect(composed.tokens).toBe(0);
      else expect(composed.tokens).toBe(reason ? 32 : 64);
      expect(composed.reason ?? "").toContain(reason);
    }
  });

  test("a bad block that cannot be removed is passed over all the same", async () => {
    const { save, store, compose, damage } = await openPlace();
    await save(64);
    damage("block", 64);
    store.remove = async () => {};
    for (const _ of [1, 2]) {
      expect(await compose(64)).toMatchObject({
        tokens: 32,
        reason: "positions 32 to 63: its checksum does not match",
      });
    }
  });

  test("on a full disk, composing fails and leaves no file, and storing keeps the blocks that went in", async () => {
    const { save, store, live } = await openPlace();
    await save(20_000);
    const { folder, fill } = await onSmallDisk(tempFolder());
    const path = join(folder, "small", "composed");
    fill(dirname(path)) === "full" && mkdirSync(dirname(path));
    await expect(composeState(path, chainOf(20_000), store)).rejects.toThrow(/ENOSPC|ENOTDIR/);
    expect(existsSync(path)).toBe(false);

    const small = await BlockStore.open(join(folder, "store"));
    fill(join(small.folder, "block", (chainKeys(chainOf(20_000)).blocks[3] as string).slice(0, 2)));
    await expect(storeState(live, chainOf(20_000), small)).rejects.toThrow(StoreError);
    const { tokens } = await composeState(join(tempFolder(), "composed"), chainOf(20_000), small);
    expect(tokens).toBeGreaterThanOrEqual(32);
  });

  test("a state of other tokens is not stored", async () => {
    const { live, store } = await openPlace();
    writeFileSync(live, stateOf(37));
    await expect(storeState(live, chainOf(36), store)).rejects.toThrow("other tokens");
    expect((await store.stats()).bytes).toBe(0);
  });
});

describe("a cache that slides beside it", () => {
  test.each([1, 12, 32, 75, 96])("%i tokens come back with their window", async (length) => {
    const place = await openPlace();
    await place.save(length, { slides: true, reversed: true });
    expect(await place.compose(length)).toMatchObject({ tokens: length, reason: undefined });
    expect(place.composed().equals(stateOf(length, { slides: true }))).toBe(true);
  });

  test("only lengths that were stored are offered: their windows are the ones that are known", async () => {
    const place = await openPlace();
    for (const length of [13, 37, 96]) await place.save(length, { slides: true });
    for (const [wanted, offered] of [
      [12, 0],
      [36, 13],
      [87, 37],
      [96, 96],
      [125, 96],
    ] as const) {
      const { tokens, reason } = await place.compose(wanted);
      expect({ wanted, tokens }).toEqual({ wanted, tokens: offered });
      expect(reason === undefined).toBe(wanted === offered);
    }
    place.damage("tail", 96);
    expect(await place.compose(96)).toMatchObject({ tokens: 37, reason: "the tail: its checksum does not match" });
    expect(place.composed().equals(stateOf(37, { slides: true }))).toBe(true);
  });
});

describe("a state that cannot be taken apart", () => {
  const odd = (length: number) =>
    stateBytes({ tokens: count(0, length), sections: [{ ...rows, positions: count(0, length), transposed: 1 }] });

  test("is kept whole, and the longest of a prefix comes back", async () => {
    const { live, store, composedPath } = await openPlace();
    for (const length of [40, 300]) {
      writeFileSync(live, odd(length));
      await expect(storeState(live, chainOf(length), store)).rejects.toThrow(StateFileError);
      await storeSnapshot(live, chainOf(length), store);
    }
    expect(await loadSnapshot(composedPath, chainOf(300), store)).toMatchObject({ tokens: 300, reason: undefined });
    expect(readFileSync(composedPath).equals(odd(300))).toBe(true);
    expect(await loadSnapshot(composedPath, chainOf(299), store)).toMatchObject({ tokens: 40 });
    expect(readFileSync(composedPath).equals(odd(40))).toBe(true);
    expect(await loadSnapshot(composedPath, chainOf(39), store)).toMatchObject({ tokens: 0 });
  });

  test("is not given back when it is bad", async () => {
    const { live, store, composedPath } = await openPlace();
    writeFileSync(live, odd(40));
    const { key } = await storeSnapshot(live, chainOf(40), store);
    const path = entryPath(store.folder, "snapshot", key);
    const bytes = readFileSync(path);
    bytes[900] = (bytes[900] as number) ^ 1;
    writeFileSync(path, bytes);
    expect(await loadSnapshot(composedPath, chainOf(40), store)).toEqual({
      tokens: 0,
      bytes: 0,
      reason: "the snapshot: its checksum does not match",
      isDamaged: true,
    });
    expect(() => readFileSync(composedPath)).toThrow("ENOENT");
  });
});
