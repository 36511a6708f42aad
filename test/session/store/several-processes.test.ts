// Several processes on one store: mixed operations at once, locks, and processes that are killed in the middle of it all.
import { mkdirSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { ExitCode } from "../../../src/session/errors.ts";
import { SessionStore } from "../../../src/session/store/session-store.ts";
import { bunPath } from "../../helpers/run-cli.ts";
import {
  type ChildName,
  type ChildOptions,
  contents,
  expectWhole,
  openStore,
  sessionOf,
  startChild,
} from "../../helpers/store.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

/** Hundreds of processes take their time where others are at work too. */
const patienceMs = 600_000;

const runtimes: ChildOptions[] = [{ runtime: process.execPath }, { runtime: bunPath }];

test("a thousand mixed operations from four processes at once leave a whole store", {
  timeout: patienceMs,
}, async () => {
  const folder = tempFolder();
  const children = [11, 22, 33, 44].map((seed, index) =>
    startChild("mixed", [folder, String(seed), "250"], runtimes[index % 2]),
  );
  let done = 0;
  for (const { ended } of children) {
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([0, ""]);
    done += JSON.parse(stdout).done;
  }
  expect(done).toBeGreaterThan(500);
  expectWhole(folder);
  expect(readdirSync(join(folder, "locks"))).toEqual([]);
});

test("eight processes make the same new store at once", async () => {
  const folder = tempFolder();
  const children = Array.from({ length: 8 }, (_, i) =>
    startChild("mixed", [folder, String(i + 1), "1"], runtimes[i % 2]),
  );
  for (const { ended } of children) expect(await ended).toMatchObject({ code: 0, stderr: "" });
  expectWhole(folder);
});

test("eight processes that find the file of a new store taken wait for it", async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, "0"));
  const taker = new DatabaseSync(join(folder, "0", "sessions.db"));
  taker.exec("BEGIN IMMEDIATE");
  const children = Array.from({ length: 8 }, (_, index) => startChild("opener", [folder], runtimes[index % 2]));
  const allTell = (line: string) =>
    Promise.all(
      children.map(({ child, output, ended }) => {
        const told = new Promise<void>((resolve) => {
          child.stdout.on("data", () => output.stdout.includes(line) && resolve());
        });
        return Promise.race([told, ended]);
      }),
    );
  const second = allTell("1\n");
  // When the last one begins with the first store, the others have tried.
  await allTell("0\n");
  taker.close();
  await second;
  for (const { child } of children) child.kill("SIGKILL");
  for (const { ended } of children) expect((await ended).stderr).toBe("");
});

describe("a session open in another process", () => {
  const refusal = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      return error as { message: string; hint: string; exitCode: number };
    }
    throw new Error("it was allowed");
  };

  async function heldSession() {
    const folder = tempFolder();
    const store = openStore(folder);
    const { id } = sessionOf(store, ["hello"]);
    const holder = startChild("holder", [folder, id]);
    await new Promise((resolve) => holder.child.stdout.once("data", resolve));
    expect(holder.output.stdout).toBe("open\n");
    return { folder, store, id, ...holder };
  }

  test("is neither opened nor deleted; who has it is named, and a fork works", async () => {
    const { store, id, child, ended } = await heldSession();
    const refused = refusal(() => store.acquire(id));
    expect(refused).toMatchObject({
      message: `The session "hello" is open in process ${child.pid}.`,
      exitCode: ExitCode.failed,
    });
    expect(refused.hint).toContain("fork");
    expect(refusal(() => store.remove(id)).message).toContain(`process ${child.pid}`);
    expect(contents(store, store.fork(id).id)).toEqual(["hello"]);
    child.stdin.end();
    expect((await ended).code).toBe(0);
    using _lock = store.acquire(id);
  });

  test("is free as soon as that process is killed", async () => {
    const { store, id, child, ended } = await heldSession();
    child.kill("SIGKILL");
    await ended;
    const lock = store.acquire(id);
    lock[Symbol.dispose]();
    store.remove(id);
    expect(store.list()).toEqual([]);
  });

  test("is free where its holder's pid lives on as another process", async () => {
    const { folder, store, id, child, ended } = await heldSession();
    child.kill("SIGKILL");
    await ended;
    const db = new DatabaseSync(join(folder, "sessions.db"));
    db.prepare("UPDATE holders SET pid = ?, host = ?").run(process.ppid, hostname());
    db.close();
    using _lock = store.acquire(id);
  });

  test("is told by its host where that is another one", async () => {
    const { folder, store, id } = await heldSession();
    const db = new DatabaseSync(join(folder, "sessions.db"));
    db.exec("UPDATE holders SET pid = 12, host = 'elsewhere'");
    db.close();
    expect(refusal(() => store.acquire(id)).message).toContain("process 12 on elsewhere");
  });

  test("stays so while another store of the same process opens and closes the files", async () => {
    const folder = tempFolder();
    const store = openStore(folder);
    const { id } = sessionOf(store, ["hello"]);
    const lock = store.acquire(id);
    using other = new SessionStore(folder);
    expect(refusal(() => other.acquire(id)).message).toContain(`process ${process.pid}`);
    other[Symbol.dispose]();
    const { code, stdout } = await startChild("holder", [folder, id]).ended;
    expect([code, stdout]).toEqual([1, `The session "hello" is open in process ${process.pid}.\n`]);
    lock[Symbol.dispose]();
    lock[Symbol.dispose]();
    expect(readdirSync(join(folder, "locks"))).toEqual([]);
  });
});

describe("kill -9", () => {
  /** Reads lines until there are `count`, then kills at once. */
  async function killAfter(name: ChildName, folder: string, count: number) {
    const { child, output, ended } = startChild(name, [folder], {
      runtime: count % 4 === 0 ? process.execPath : bunPath,
    });
    child.stdout.on("data", () => {
      if (output.stdout.split("\n").length > count) child.kill("SIGKILL");
    });
    const { stderr, stdout } = await ended;
    expect(stderr).toBe("");
    // Pipes keep what was written before the kill; a line cut by it was not yet told.
    return stdout.split("\n").slice(0, -1);
  }

  test("at a hundred moments of writing: every committed turn is there, and the answer that came as far as it was kept", {
    timeout: patienceMs,
  }, async () => {
    const folder = tempFolder();
    const store = openStore(folder);
    for (let round = 0; round < 25; round++) {
      const counts = [7, 11, 13, 17].map((step, index) => 1 + index + ((round * step) % 30));
      const told = await Promise.all(counts.map((count) => killAfter("writer", folder, count)));
      for (const lines of told) {
        const steps = lines.map((line) => line.split(" "));
        const id = steps[0]?.[1] as string;
        using _lock = store.acquire(id);
        const kept = store.load(id).messages;
        const complete = steps.filter(([what]) => what === "user" || what === "answer");
        expect(kept.slice(0, complete.length).map((message) => [String(message.id), message.content])).toEqual(
          complete.map(([, messageId, text]) => [messageId, text]),
        );
        const [what, , text = ""] = steps.at(-1) ?? [];
        if (what === "partial") expect(kept[complete.length]?.content.startsWith(text)).toBe(true);
        // Of what was not told there is one operation at most.
        expect(kept.length - complete.length).toBeLessThanOrEqual(1);
      }
    }
    expectWhole(folder);
  });

  test("at twenty moments of making a store: it opens", { timeout: patienceMs }, async () => {
    for (let round = 0; round < 20; round++) {
      const folder = tempFolder();
      const names = await killAfter("opener", folder, 1 + (round % 4));
      for (const name of names) {
        const store = openStore(join(folder, name));
        sessionOf(store, ["hello", "hi"]);
        expectWhole(join(folder, name));
      }
    }
  });
});
