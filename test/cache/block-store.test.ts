// The store gives back what was put in, or nothing: no damage, no full disk and no other process changes that.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { BlockStore, type BlockStoreOptions } from "../../src/cache/block-store.ts";
import { StoreError } from "../../src/cache/store-error.ts";
import { entryPath } from "../../src/cache/store-folder.ts";
import { writeWhole } from "../../src/cache/temporary-file.ts";
import { onSmallDisk } from "../helpers/small-disk.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const keyOf = (name: string) => createHash("sha256").update(name).digest("hex");
const content = (fill: number, bytes = 1000) => ({
  tensors: [{ name: "state", dtype: "U8" as const, shape: [bytes] }],
  metadata: { note: "of a test" },
  data: [new Uint8Array(bytes).fill(fill)],
});

async function openStore(options?: BlockStoreOptions) {
  const store = await BlockStore.open(join(tempFolder(), "store"), options);
  const put = (name: string, fill = 1, bytes?: number) => store.write("block", keyOf(name), content(fill, bytes));
  const get = (name: string) => store.read("block", keyOf(name), ({ bytes }) => bytes.at(-1));
  const path = (name: string) => entryPath(store.folder, "block", keyOf(name));
  return { store, put, get, path };
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

describe("what is kept", () => {
  test("is given back, is private, and replaced by what comes later", async () => {
    const { store, put, get, path } = await openStore();
    expect((await get("a")).reason).toBe("it is not stored");
    const bytes = await put("a", 7);
    expect(statSync(path("a")).size).toBe(bytes);
    expect((await get("a")).found).toBe(7);
    await put("a", 8);
    expect((await get("a")).found).toBe(8);
    expect(await store.has("tail", keyOf("a"))).toBe(false);
    expect(statSync(path("a")).mode & 0o777).toBe(0o600);
    for (const folder of [store.folder, dirname(path("a")), dirname(dirname(path("a")))]) {
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
    expect(await store.stats()).toMatchObject({ bytes, entries: { block: 1, tail: 0, snapshot: 0 } });
    expect(filesIn(store.folder).length).toBe(1);
  });

  test("is written again after the folder was deleted in between", async () => {
    const { store, put, get } = await openStore();
    await put("a");
    rmSync(store.folder, { recursive: true });
    expect((await get("a")).reason).toBe("it is not stored");
    expect((await store.stats()).bytes).toBe(0);
    await put("a", 3);
    expect((await get("a")).found).toBe(3);
  });
});

describe("what is bad", () => {
  test("a flipped bit in any byte: refused, and gone", async () => {
    const { store, put, get, path } = await openStore();
    await put("a", 1, 60);
    const good = readFileSync(path("a"));
    for (let byte = 0; byte < good.length; byte++) {
      const damaged = Buffer.from(good);
      damaged[byte] = (damaged[byte] as number) ^ (1 << ((byte * 5) % 8));
      writeFileSync(path("a"), damaged);
      const { found, reason } = await get("a");
      expect({ byte, found, isSaid: (reason ?? "").length > 5 }).toEqual({ byte, found: undefined, isSaid: true });
      expect(existsSync(path("a"))).toBe(false);
    }
    writeFileSync(path("a"), good);
    expect((await get("a")).found).toBe(1);
    expect((await store.scan("block", keyOf("a"))).reason).toBeUndefined();
  });

  test("cut at any length, or longer", async () => {
    const { get, put, path, store } = await openStore();
    await put("a", 1, 60);
    const good = readFileSync(path("a"));
    for (let length = 0; length < good.length; length++) {
      writeFileSync(path("a"), good.subarray(0, length));
      expect((await (length % 2 ? get("a") : store.scan("block", keyOf("a")))).found).toBeUndefined();
      expect(existsSync(path("a"))).toBe(false);
    }
    writeFileSync(path("a"), Buffer.concat([good, good]));
    expect((await get("a")).reason).toContain("not the");
  });

  test("in another's place, of another kind, or of another program: verify removes it and says why", async () => {
    const { store, put, get, path } = await openStore();
    for (const name of ["good", "swapped", "kind", "empty", "foreign"]) await put(name, 1);
    writeFileSync(path("swapped"), readFileSync(path("good")));
    const tail = entryPath(store.folder, "tail", keyOf("kind"));
    mkdirSync(dirname(tail), { recursive: true });
    writeFileSync(tail, readFileSync(path("kind")));
    writeFileSync(path("empty"), "");
    writeFileSync(path("foreign"), "GIF89a, and so on and so forth");
    const { checked, removed } = await store.verify();
    expect(checked).toBe(6);
    expect(removed.map(({ kind, reason }) => `${kind}: ${reason}`).sort()).toEqual([
      "block: a header of 7090871837034170695 bytes does not fit the file".replace(
        "7090871837034170695",
        foreignLength(),
      ),
      "block: it holds what belongs to another key",
      "block: the file is too short to be one",
      "tail: it is no tail",
    ]);
    expect((await get("good")).found).toBe(1);
    expect((await store.verify()).removed).toEqual([]);
  });

  const foreignLength = () => String(Number(Buffer.from("GIF89a, ").readBigUInt64LE()));
});

describe("room", () => {
  test("the least recently used go when the cap is passed, further back of one conversation first", async () => {
    const { store, put } = await openStore({ capBytes: 5500 });
    for (const name of ["a", "b", "c", "d"]) await put(name);
    await store.touch("block", ["b", "a", "c", "d"].map(keyOf));
    await put("e");
    const names = ["a", "b", "c", "d", "e"];
    const kept = await Promise.all(names.map((name) => store.has("block", keyOf(name))));
    expect(names.filter((_, index) => kept[index])).toEqual(["a", "b", "c", "e"]);
    expect((await store.stats()).bytes).toBeLessThanOrEqual(5500);
  });

  test("collect takes what nobody needs unless it is fresh, and what dead processes left, not what live ones write", async () => {
    const { store, put, path } = await openStore();
    for (const name of ["needed", "not", "fresh"]) await put(name);
    const old = new Date(Date.now() - 3_600_000);
    for (const name of ["needed", "not"]) utimesSync(path(name), old, old);
    const temporary = (pid: number) => join(dirname(path("needed")), `.${pid}-0123abcd-0.tmp`);
    const deadPid = 2 ** 22 + 1;
    for (const pid of [deadPid, process.ppid]) {
      writeFileSync(temporary(pid), "half");
      utimesSync(temporary(pid), old, old);
    }
    const collected = await store.collect({ isNeeded: ({ key }) => key === keyOf("needed") });
    expect(collected.files).toBe(2);
    expect(["needed", "not", "fresh"].map((name) => existsSync(path(name)))).toEqual([true, false, true]);
    expect([deadPid, process.ppid].map((pid) => existsSync(temporary(pid)))).toEqual([false, true]);
  });

  test("what is used after it was found unneeded stays, and what was used before the given time goes", async () => {
    const { store, put, path } = await openStore();
    for (const name of ["unused", "used", "lately"]) await put(name);
    const hourAgo = Date.now() - 3_600_000;
    const use = (name: string, ms: number) => utimesSync(path(name), ms / 1000, ms / 1000);
    for (const name of ["unused", "used"]) use(name, hourAgo - 1000);
    use("lately", hourAgo);
    const isNeeded = ({ key }: { key: string }) => {
      if (key === keyOf("used")) use("used", Date.now());
      return false;
    };
    const collected = await store.collect({ isNeeded, usedSince: hourAgo });
    expect(collected).toMatchObject({ files: 1, spared: { files: 1 } });
    expect(
      filesIn(store.folder)
        .map(({ name }) => name.slice(0, 64))
        .sort(),
    ).toEqual(["used", "lately"].map(keyOf).sort());
  });
});

describe("a disk that does not take it", () => {
  test("a full one, or a folder that is none: a typed error, nothing left behind, and what was there stays", async () => {
    const { folder, fill } = await onSmallDisk(tempFolder());
    const store = await BlockStore.open(folder);
    await store.write("block", keyOf("small"), content(1));
    const failure = fill(join(folder, "block", keyOf("large").slice(0, 2)));
    const error = await store.write("block", keyOf("large"), content(2, 3 << 20)).catch((reason) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(error.failure).toBe(failure);
    expect(filesIn(folder).filter(({ name }) => name.endsWith(".tmp"))).toEqual([]);
    expect(await store.has("block", keyOf("large"))).toBe(false);
    expect((await store.read("block", keyOf("small"), ({ bytes }) => bytes.at(-1))).found).toBe(1);
  });

  test("a file that is not as long as what was written is not kept", async () => {
    const folder = tempFolder();
    const short = writeWhole(
      join(folder, "a"),
      async (file) => (await file.write(new Uint8Array(10))).bytesWritten + 1,
    );
    await expect(short).rejects.toMatchObject({ failure: "full" });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a folder below a file cannot be opened", async () => {
    const file = join(tempFolder(), "file");
    writeFileSync(file, "");
    await expect(BlockStore.open(join(file, "store"))).rejects.toMatchObject({ failure: "not-writable" });
  });
});

test("several processes store, read, remove and collect the same keys: each read is whole, and nothing is left torn", async () => {
  const folder = join(tempFolder(), "store");
  const child = fileURLToPath(new URL("../helpers/store-child.ts", import.meta.url));
  const runs = [1, 2, 3].map((seed) => promisify(execFile)(process.execPath, [child, folder, String(seed)]));
  const results = (await Promise.all(runs)).map(({ stdout }) => JSON.parse(stdout) as { wrong: number; read: number });
  expect(results.map(({ wrong }) => wrong)).toEqual([0, 0, 0]);
  expect(Math.min(...results.map(({ read }) => read))).toBeGreaterThan(10);
  const store = await BlockStore.open(folder);
  expect((await store.verify()).removed).toEqual([]);
  expect(filesIn(folder).filter(({ name }) => name.endsWith(".tmp"))).toEqual([]);
});
