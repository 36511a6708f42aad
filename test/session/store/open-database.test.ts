// The file of sessions: private, of any earlier schema, and left alone where it cannot be used.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ExitCode, KvchatError } from "../../../src/session/errors.ts";
import { SessionStore } from "../../../src/session/store/session-store.ts";
import { bunPath } from "../../helpers/run-cli.ts";
import { contents, expectWhole, openStore, say, sessionOf, startChild } from "../../helpers/store.ts";
import { facts } from "../../helpers/store-facts.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
const nobody = 65534;

function openingError(folder: string): KvchatError {
  try {
    openStore(folder);
  } catch (error) {
    if (error instanceof KvchatError) return error;
    throw error;
  }
  throw new Error("it was opened");
}

/** A store that was closed, and what is in its file. */
function closedStore(): { folder: string; path: string } {
  const folder = tempFolder();
  using store = new SessionStore(folder);
  sessionOf(store, ["one", "1"]);
  return { folder, path: join(folder, "sessions.db") };
}

test("folder and files are the user's alone, also those that SQLite and locks add, and a file that was not", () => {
  const folder = join(tempFolder(), "deep", "data");
  const store = openStore(folder);
  const { id } = sessionOf(store, ["one"]);
  using _lock = store.acquire(id);
  const modes = () =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => [
        name.replace(id, "ID"),
        (statSync(join(folder, name)).mode & 0o777).toString(8),
      ]),
    );
  const expected = {
    "sessions.db": "600",
    "sessions.db-wal": "600",
    "sessions.db-shm": "600",
    locks: "700",
    "locks/ID.lock": "600",
  };
  expect(modes()).toEqual(expected);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  chmodSync(join(folder, "sessions.db"), 0o644);
  openStore(folder);
  expect(modes()).toEqual(expected);
});

test("an empty file is a new store", () => {
  const folder = tempFolder();
  writeFileSync(join(folder, "sessions.db"), "");
  expect(openStore(folder).list()).toEqual([]);
});

describe("schemas", () => {
  test.each([
    [1, {}],
    [2, { pieces: '[{"kind":"tail"}]' }],
    [3, { pieces: '[{"kind":"tail"}]', marks: Uint8Array.of(3, 0, 0, 0, 255, 255, 255, 255) }],
  ])("a store of schema %i opens, with all that is in it, and goes on", (version, names) => {
    const folder = tempFolder();
    copyFileSync(fixture(`sessions-schema-${version}.db`), join(folder, "sessions.db"));
    const store = openStore(folder);
    const session = store.find(`written by schema ${version}`);
    expect(session).toMatchObject(facts);
    expect(store.load(session.id).messages).toMatchObject([
      { role: "user", content: "Why is the sky blue?", evicted: true },
      { content: "It scatters light.", stopReason: "length", siblings: [2, 3], siblingIndex: 1 },
      { content: "And at night?" },
      { content: "At night", state: "partial", stopReason: null },
    ]);
    expect(store.loadTree(session.id).messages[1]).toMatchObject({
      content: "Because of Rayleigh scattering.",
      thinking: "Light.",
      generated: {
        tokens: [1, 2, 4294967295],
        text: "<think>Light.</think>Because of Rayleigh scattering.",
        lead: "<|im_start|>assistant\n",
      },
      stopReason: "stop",
    });
    expect(store.loadKv(session.id)).toEqual({ record: '{"blocks":["a"]}', tokens: Uint32Array.of(1, 2, 3), ...names });
    expect(store.find("fork").forkedFrom).toEqual({ id: session.id, turn: 1 });
    const marks = "marks" in names ? names.marks : undefined;
    expect(store.allMarks().map((row) => row.marks)).toEqual([marks, marks]);
    expect(store.search("scatter")).toHaveLength(3);
    say(store, session.id, "Go on.");
    expect(contents(store, session.id).at(-1)).toBe("Go on.");
    expectWhole(folder);
  });

  test("a newer one is refused, and nothing is touched", () => {
    const { folder, path } = closedStore();
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 99");
    db.close();
    const before = readFileSync(path);
    const { message, hint, exitCode } = openingError(folder);
    expect([message, exitCode]).toEqual([
      `A newer kvchat wrote "${path}": schema 99, this one knows 3.`,
      ExitCode.notFound,
    ]);
    expect(hint).toContain("KVCHAT_DATA_DIR");
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(["sessions.db"]);
  });

  test("a newer one that was killed in its work is refused, and its log stays as it is", () => {
    const { path } = closedStore();
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 99; PRAGMA wal_checkpoint (TRUNCATE); UPDATE sessions SET seed = 1");
    const folder = tempFolder();
    const names = ["sessions.db", "sessions.db-wal"];
    for (const name of names) copyFileSync(join(path, "..", name), join(folder, name));
    db.close();
    const read = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString("base64")]);
    const before = read();
    expect(before.map(([name]) => name)).toEqual(names);
    expect(openingError(folder).message).toContain("A newer kvchat wrote");
    expect(read()).toEqual(before);
  });

  test("a newer one that is still in the log of a running process is refused too", () => {
    const { folder, path } = closedStore();
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 99");
    expect(openingError(folder).message).toContain("A newer kvchat wrote");
    db.close();
  });

  test("another program's database is refused, and nothing is touched", () => {
    const folder = tempFolder();
    const path = join(folder, "sessions.db");
    const db = new DatabaseSync(path);
    db.exec("CREATE TABLE theirs (a)");
    db.close();
    const before = readFileSync(path);
    expect(openingError(folder)).toMatchObject({ exitCode: ExitCode.notFound });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(["sessions.db"]);
  });
});

describe("a damaged file is refused and left as it is:", () => {
  test.each<[string, (path: string) => void]>([
    ["no database", (path) => writeFileSync(path, "hello ".repeat(2000))],
    ["a few bytes", (path) => writeFileSync(path, "SQLite format 3\0")],
    ["cut short", (path) => truncateSync(path, 8192)],
    ["another first page", (path) => writeFileSync(path, readFileSync(path).fill(0x55, 100, 4096))],
  ])("%s", (_, damage) => {
    const { folder, path } = closedStore();
    damage(path);
    const before = readFileSync(path);
    const { message, hint, exitCode } = openingError(folder);
    expect([message, exitCode]).toEqual([
      `"${path}" is damaged, or no store of sessions. It was left as it is.`,
      ExitCode.notFound,
    ]);
    expect(hint).toContain("Move it away");
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("a page inside: told by whoever comes upon it", () => {
    const { folder, path } = closedStore();
    const db = new DatabaseSync(path);
    const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'sessions'").get()?.rootpage as number;
    db.close();
    writeFileSync(path, readFileSync(path).fill(0x55, 4096 * (root - 1), 4096 * root));
    const store = openStore(folder);
    expect(() => store.list()).toThrow("is damaged");
  });
});

describe("a place that cannot be written to", () => {
  /** As root every file can be written: then another user tries. */
  const asUser = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

  test("a read-only folder, with and without a store in it, is told", async () => {
    const empty = tempFolder();
    const { folder } = closedStore();
    for (const place of [empty, folder]) {
      for (const name of ["", ...readdirSync(place)]) {
        if (asUser.uid) chownSync(join(place, name), nobody, nobody);
        chmodSync(join(place, name), name === "" ? 0o500 : 0o400);
      }
      const { stdout, stderr } = await startChild("open", [place], asUser).ended;
      expect(stderr).toBe("");
      expect(stdout.split("\n")).toEqual([
        "KvchatError",
        `Cannot write to the sessions in "${join(place, "sessions.db")}".`,
        "Make the file and its folder writable, or set KVCHAT_DATA_DIR to another folder.",
      ]);
    }
  });

  test("a file where the folder should be is told", () => {
    const folder = join(tempFolder(), "file");
    writeFileSync(folder, "");
    expect(openingError(folder).message).toContain("Cannot write to the sessions");
  });

  test.each([process.execPath, bunPath])("a full disk loses nothing that was committed (%s)", async (runtime) => {
    const folder = join(tempFolder(), "disk");
    mkdirSync(folder);
    const mount = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=1m none "$0" && exec "$@"', folder];
    const canMount = spawnSync(mount[0] ?? "", [...mount.slice(1), "true"]).status === 0;
    // Where nothing can be mounted, the size of each file is bounded instead; no room can be made then.
    const limit = ["sh", "-c", "trap '' XFSZ; ulimit -f 3000; exec \"$@\"", "sh"];
    const within = canMount ? mount : limit;
    const { stdout, stderr } = await startChild("filler", [folder], { runtime, within }).ended;
    expect(stderr).toBe("");
    const { told, ...outcome } = JSON.parse(stdout);
    expect(told).toBeGreaterThan(10);
    const path = JSON.stringify(join(folder, "sessions.db"));
    expect(outcome).toEqual({
      name: "KvchatError",
      message: canMount ? `There is no space left for the sessions in ${path}.` : `Reading or writing ${path} failed.`,
      hint: canMount ? "Make room on that disk." : "Check the disk that it is on.",
      isWhole: true,
      goesOn: canMount,
    });
  });
});
