// What `kvchat sessions` tells and does about caches, on chats that `kvchat run` kept. They are made once; each test has a copy.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { blockEnd, blockTokens } from "../../src/cache/block-key.ts";
import { decodeHeader, headerBytes } from "../../src/cache/safetensors.ts";
import { ExitCode } from "../../src/session/errors.ts";
import { runCli } from "../helpers/run-cli.ts";
import { startChild } from "../helpers/store.ts";
import { inOrder } from "../helpers/stored-blocks.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

/** Many blocks, which the chats share. */
const document = Array.from({ length: 100 }, (_, index) => index + 1).join(" ");
const brief = ["-t", "1", "-n", "4", "--temp", "0"];

const original = mkdtempSync(join(tmpdir(), "kvchat-kept-"));
afterAll(() => rmSync(original, { recursive: true, force: true }));
let made: Promise<void> | undefined;

async function makeChats(): Promise<void> {
  const { kvchat } = userIn(original);
  const say = async (session: string, prompt: string) => {
    const { code, stderr } = await kvchat("run", "--session", session, ...brief, "-p", prompt);
    expect([code, stderr]).toEqual([ExitCode.done, ""]);
  };
  await say("trip", `${document} Plan a trip.`);
  await say("trip", "And then?");
  expect((await kvchat("sessions", "fork", "trip", "fork")).code).toBe(ExitCode.done);
  await say("other", `${document} Name a colour.`);
}

function userIn(root: string, more: NodeJS.ProcessEnv = {}) {
  const data = join(root, "data");
  const cache = join(root, "cache");
  const env = { KVCHAT_DATA_DIR: data, KVCHAT_CACHE_DIR: cache, ...more };
  const kvchat = (...args: string[]) => runCli(args, { env, cwd: root });
  return {
    root,
    data,
    cache,
    kvchat,
    /** What a command prints as JSON, exit code 0. */
    json: async (...args: string[]) => {
      const { code, stdout, stderr } = await kvchat("sessions", ...args, "--json");
      expect([code, stderr]).toEqual([ExitCode.done, ""]);
      return JSON.parse(stdout);
    },
    files: (kind: string) => filesBelow(join(cache, "kv", kind)),
  };
}

async function userWithChats(more?: NodeJS.ProcessEnv) {
  made ??= makeChats();
  await made;
  const root = tempFolder();
  cpSync(original, root, { recursive: true, preserveTimestamps: true });
  return userIn(root, more);
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const bytesOf = (files: string[]) => files.reduce((sum, file) => sum + readFileSync(file).length, 0);

function flipBit(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 1;
  writeFileSync(file, bytes);
}

test("the list tells tokens and bytes of each session, stats what sharing saves and how full the store is", async () => {
  const { kvchat, json, files } = await userWithChats({ KVCHAT_CACHE_CAP: "100 MB" });
  const list: { name: string; kvTokens: number; kvBytes: number }[] = await json("list");
  const [trip, fork, other] = ["trip", "fork", "other"].map((name) => list.find((session) => session.name === name));
  expect(trip?.kvTokens).toBeGreaterThan(256);
  expect(fork).toMatchObject({ kvTokens: trip?.kvTokens, kvBytes: trip?.kvBytes });
  const blocks = files("block");
  const eachFor = list.reduce((sum, { kvTokens }) => sum + Math.floor(kvTokens / blockTokens), 0);
  expect(blocks.length).toBeLessThan(eachFor / 2);
  expect(other?.kvBytes).toBeGreaterThan(0);
  expect((await kvchat("sessions")).stdout).toMatch(/^NAME .*TOKENS +KV +AGE/);

  const stored = bytesOf([...blocks, ...files("tail")]);
  const apart = list.reduce((sum, { kvBytes }) => sum + kvBytes, 0);
  const stats = await json("stats");
  expect(stats).toMatchObject({
    sessions: 3,
    blocks: { files: blocks.length, bytes: bytesOf(blocks) },
    tails: { files: 2, bytes: bytesOf(files("tail")) },
    snapshots: { files: 0, bytes: 0 },
    bytes: stored,
    capBytes: 100_000_000,
    apartBytes: apart,
    savedBySharingBytes: apart - stored,
    unneeded: { files: 0, bytes: 0 },
  });
  expect((await kvchat("sessions", "stats")).stdout).toContain(`${Math.round(stored / 1e6)}% of the cap of 95.4 MiB`);
});

test("the list counts what is there now, also of what was kept before its files had names", async () => {
  const { data, cache, json, files } = await userWithChats();
  const kept: { name: string; kvTokens: number; kvBytes: number }[] = await json("list");
  const withOld = new DatabaseSync(join(data, "sessions.db"));
  withOld.exec(
    "UPDATE kv SET pieces = NULL, marks = NULL WHERE session = (SELECT id FROM sessions WHERE name = 'trip')",
  );
  withOld.close();
  expect(await json("list")).toEqual(kept);
  expect(await json("gc", "--dry-run")).toMatchObject({ files: 0 });

  const [block = ""] = inOrder(files("block"));
  const bytes = bytesOf([block]);
  rmSync(block);
  expect(await json("list")).toEqual(kept.map((session) => ({ ...session, kvBytes: session.kvBytes - bytes })));
  rmSync(cache, { recursive: true });
  expect(await json("list")).toEqual(kept.map((session) => ({ ...session, kvBytes: 0 })));
});

test("gc removes what a deleted session alone needed; beside an open chat, only what was long unused", async () => {
  const { data, cache, kvchat, json, files } = await userWithChats();
  expect(await json("gc")).toMatchObject({ files: 0, bytes: 0 });
  // No process has this number; a chat that was killed has left its folder.
  const left = join(cache, "work", "kvchat-4194305-abcdef");
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, "0.state"), "12345");
  expect(await json("gc", "--dry-run")).toMatchObject({ files: 1, bytes: 5 });
  expect(await json("gc")).toMatchObject({ files: 1, bytes: 5 });
  expect(existsSync(left)).toBe(false);
  const id = (await json("list")).find(({ name }: { name: string }) => name === "trip").id;
  expect((await kvchat("sessions", "rm", "other")).code).toBe(ExitCode.done);
  const before = files("tail");
  expect(await json("gc", "--dry-run")).toMatchObject({ files: 2, spared: { files: 0 } });
  expect(files("tail")).toEqual(before);

  const { child, output, ended } = startChild("holder", [data, id]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  expect(output.stdout).toBe("open\n");
  expect(await json("gc")).toMatchObject({ files: 0, spared: { files: 2 } });
  expect((await kvchat("sessions", "gc")).stdout).toMatch(/^Removed nothing\.\n2 \(.*\) stay: a chat is open/);
  const hourAgo = Date.now() / 1000 - 3600;
  for (const file of [...before, ...files("block")]) utimesSync(file, hourAgo, hourAgo);
  expect(await json("gc", "--dry-run")).toMatchObject({ files: 2, spared: { files: 0 } });
  child.stdin.end();
  await ended;

  expect((await kvchat("sessions", "gc")).stdout).toMatch(/^Removed 2 \(.* kB\)\.\n$/);
  expect(files("tail")).toHaveLength(1);
  expect(await json("why", "trip")).toMatchObject({ evaluatedAgain: 0, reasons: [] });
  expect(await json("verify")).toMatchObject({ isWhole: true, removed: [], incomplete: [] });
});

test("verify finds a flipped bit and a damaged record, removes them, and is content the second time", async () => {
  const { data, kvchat, json, files } = await userWithChats();
  const { stdout } = await kvchat("sessions", "verify");
  const count = files("block").length + files("tail").length;
  expect(stdout).toContain(`Checked 3 sessions and ${count} files of their caches (`);
  expect(stdout).toMatch(/\)\.\nNothing is wrong\.\n$/);
  flipBit(inOrder(files("block"))[0] as string);
  const db = new DatabaseSync(join(data, "sessions.db"));
  const damageKv = (name: string, tokens: string) =>
    db.exec(`UPDATE kv SET tokens = ${tokens} WHERE session = (SELECT id FROM sessions WHERE name = '${name}')`);
  damageKv("fork", "zeroblob(length(tokens))");
  damageKv("other", "zeroblob(7)");
  const id = String(db.prepare("SELECT id FROM sessions WHERE name = 'fork'").get()?.id);
  db.close();

  const { child, ended } = startChild("holder", [data, id]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const refused = await kvchat("sessions", "verify");
  expect(refused.code).toBe(ExitCode.failed);
  expect(refused.stdout).toMatch(/! block [0-9a-f]{12}: its checksum does not match; removed/);
  expect(refused.stdout).toMatch(/! fork: the account of its cache is damaged\. .*open in process/);
  expect(refused.stdout).toMatch(/! other: the account of its cache was damaged; dropped/);
  child.stdin.end();
  await ended;

  const repaired = await json("verify");
  expect(repaired).toMatchObject({ isWhole: true, removed: [], dropped: [{ name: "fork", isRepaired: true }] });
  expect(repaired.incomplete.map(({ name, tokens }: { name: string; tokens: number }) => [name, tokens])).toEqual([
    ["trip", 0],
  ]);
  expect(await json("verify")).toMatchObject({ isWhole: true, removed: [], dropped: [], database: [] });
  expect((await json("why", "fork")).reasons).toMatchObject([{ kind: "never computed" }]);
  expect((await kvchat("sessions", "show", "fork")).stdout).toContain("And then?");
});

test("why tells what a resume then does, and what stands in its way", async () => {
  const { kvchat, json, files, root } = await userWithChats();
  const kinds = async (...args: string[]) =>
    (await json("why", ...args)).reasons.map(({ kind }: { kind: string }) => kind);
  const { tokens } = await json("why", "trip");
  expect((await kvchat("sessions", "why", "trip")).stdout).toBe(
    `trip: ${tokens} of ${tokens} tokens would be reused, 0 evaluated again.\n`,
  );
  expect(await json("why", "trip", "--kv", "q8_0/f16")).toMatchObject({
    reused: 0,
    evaluatedAgain: tokens,
    differences: [{ what: "type of K", was: "f16", now: "q8_0" }],
    reasons: [{ kind: "cache changed", message: "The type of K was f16; --cache-type-k f16 reuses it." }],
  });
  const shownOtherwise = await userWithChats();
  const db = new DatabaseSync(join(shownOtherwise.data, "sessions.db"));
  db.exec("UPDATE kv SET record = json_set(record, '$.template', '0123456789abcdef')");
  db.close();
  // The words are the same: the chat is rendered, and its tokens found to be those in the cache.
  expect(await shownOtherwise.json("why", "trip")).toMatchObject({
    reused: tokens,
    evaluatedAgain: 0,
    reasons: [{ kind: "template changed", message: "The chat template is another one." }],
  });
  expect(await kinds("trip", "-m", "gemma3-270m")).toEqual(["model changed"]);
  expect(await kinds("trip", "-c", "256")).toEqual(["context smaller"]);
  const unrotated = userIn(root, { LLAMA_ATTN_ROT_DISABLE: "1" });
  expect((await unrotated.json("why", "trip")).differences).toEqual([{ what: "rotation", was: "on", now: "off" }]);

  for (const file of files("tail")) rmSync(file);
  expect(await json("why", "trip")).toMatchObject({ reused: blockEnd(tokens), reasons: [{ kind: "tail missing" }] });
  const resumed = await kvchat("run", "--resume", "trip", ...brief, "-p", "Go on.", "--json");
  expect(JSON.parse(resumed.stdout).tokens.reused).toBe(blockEnd(tokens));
  flipBit(inOrder(files("block"))[0] as string);
  expect(await json("why", "fork")).toMatchObject({
    reused: 0,
    evaluatedAgain: tokens,
    reasons: [{ kind: "block damaged", message: "A block: its checksum does not match." }],
  });
  expect(await kinds("fork")).toEqual(["block missing"]);

  writeFileSync(join(root, "said.jsonl"), '{"role":"user","content":"Hello"}\n{"role":"assistant","content":"Hi"}\n');
  expect((await kvchat("sessions", "import", "said.jsonl", "--name", "said")).code).toBe(ExitCode.done);
  expect((await kvchat("sessions", "why", "said", "-m", "smollm2")).stdout).toBe(
    "said: nothing would be reused.\nNo cache was ever kept of it: all is evaluated.\n",
  );
});

test("export --kv writes the rows of the blocks, by layer and position, for other tools to read", async () => {
  const { kvchat, json, files, root } = await userWithChats();
  const { tokens } = await json("why", "trip");
  const { code, stdout, stderr } = await kvchat("sessions", "export", "trip", "--kv", "trip.safetensors");
  expect([code, stdout]).toEqual([ExitCode.done, ""]);
  expect(stderr).toContain(`Wrote ${tokens} tokens to trip.safetensors`);
  const exported = readTensors(join(root, "trip.safetensors"));
  expect(exported.metadata).toMatchObject({ model: "smollm2", k_type: "f16", v_type: "f16", first_position: "0" });
  expect(exported.names).toHaveLength(1 + 2 * 30);
  const block = readTensors(inOrder(files("block"))[0] as string);
  for (const name of ["tokens", "layers.0.k", "layers.17.v", "layers.29.v"]) {
    const rows = block.bytes(name);
    expect(exported.shape(name)[0]).toBe(tokens);
    expect(exported.bytes(name).subarray(0, rows.length).equals(rows)).toBe(true);
  }
  for (const [args, message] of [
    [["trip", "--kv", "no/folder.safetensors"], "there is no such folder"],
    [["trip", "--kv", "a", "-o", "b"], "contradict"],
  ] as const) {
    expect((await kvchat("sessions", "export", ...args)).stderr).toContain(message);
  }
  for (const file of files("block")) rmSync(file);
  const nothing = await kvchat("sessions", "export", "trip", "--kv", "nothing.safetensors");
  expect([nothing.code, readdirSync(root).includes("nothing.safetensors")]).toEqual([ExitCode.notFound, false]);
  expect(nothing.stderr).toContain("positions 0 to 31 are not stored");
});

function readTensors(file: string) {
  const bytes = readFileSync(file);
  const head = bytes.subarray(0, headerBytes(bytes.subarray(0, 8), bytes.length));
  const { metadata, tensors } = decodeHeader(head, bytes.length);
  const find = (name: string) => {
    const tensor = tensors.find((one) => one.name === name);
    if (!tensor) throw new Error(`${file} has no ${name}`);
    return tensor;
  };
  return {
    metadata,
    names: tensors.map(({ name }) => name),
    shape: (name: string) => find(name).shape,
    bytes: (name: string) => bytes.subarray(find(name).start, find(name).end),
  };
}
