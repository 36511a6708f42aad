// The native parts that the binary carries: unpacked once, by any number of starts at once, mended when damaged, and a clear
// word where they can be put nowhere.
import { execFile, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { type BinaryResult, bareEnvironment, binaryPath, greedy, runBinary } from "../helpers/binary.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const args = ["run", "-p", "Say hello.", "-n", "4", "-c", "512", "--gpu", "off", ...greedy];

/** Every file below a folder with the time it was written and its inode. */
function filesBelow(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path, `${statSync(path).mtimeMs} ${statSync(path).ino}`]));
}

function nativeFolder(home: string): string {
  return join(home, ".cache/kvchat/native");
}

/** Two lines that say what is wrong and what to do, and no answer. */
function expectWayOut({ code, stdout, stderr }: BinaryResult, reason: RegExp): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^kvchat: The native parts [^\n]+\nSet KVCHAT_NATIVE_DIR to a folder [^\n]+\n$/);
  expect(stderr).toMatch(reason);
}

describe("the first start", () => {
  test("unpacks, for the user alone, and the second finds it", () => {
    const home = tempFolder();
    const first = runBinary(args, { home });
    expect(first).toMatchObject({ code: 0, stderr: "" });
    const unpacked = filesBelow(nativeFolder(home));
    const paths = Object.keys(unpacked);
    expect(paths.length).toBeGreaterThan(2);
    for (const path of paths) expect(statSync(path).mode & 0o077).toBe(0);
    expect(runBinary(args, { home })).toEqual(first);
    expect(filesBelow(nativeFolder(home))).toEqual(unpacked);
  });

  test("six times at once gives six answers and one folder", async () => {
    const home = tempFolder();
    const starts = Array.from({ length: 6 }, () => {
      const start = promisify(execFile)(binaryPath, args, { cwd: home, env: bareEnvironment(home) });
      start.child.stdin?.end();
      return start;
    });
    const results = await Promise.all(starts);
    expect(new Set(results.map(({ stdout, stderr }) => stdout + stderr)).size).toBe(1);
    expect(results[0]?.stdout).not.toBe("");
    expect(readdirSync(nativeFolder(home))).toHaveLength(1);
  });

  test("removes what a start that was killed has left", () => {
    const home = tempFolder();
    const ended = spawnSync("true").pid;
    const left = join(nativeFolder(home), `.unpacking-${ended}@${hostname()}@0123456789ab`);
    mkdirSync(left, { recursive: true, mode: 0o700 });
    writeFileSync(join(left, "half"), "");
    expect(runBinary(args, { home }).code).toBe(0);
    expect(readdirSync(nativeFolder(home))).toHaveLength(1);
    expect(readdirSync(nativeFolder(home))[0]).not.toMatch(/^\./);
  });
});

test("unpacked files that are cut, changed, empty or gone are mended", () => {
  const home = tempFolder();
  const good = runBinary(args, { home });
  const paths = Object.keys(filesBelow(nativeFolder(home)));
  const contents = paths.map((path) => readFileSync(path));
  const damages = [flipByte, (path: string) => truncateSync(path, 1000), (path: string) => rmSync(path)];
  for (const damage of [...damages, (path: string) => writeFileSync(path, "")]) {
    for (const path of paths) damage(path);
    expect(runBinary(args, { home })).toEqual(good);
    expect(Object.keys(filesBelow(nativeFolder(home)))).toEqual(paths);
    expect(paths.map((path) => readFileSync(path).equals(contents[paths.indexOf(path)] as Buffer))).not.toContain(
      false,
    );
  }
});

/** The same folder is where caches are kept. */
const notKept = "kvchat: The KV cache is not kept: its folder cannot be used. The chat goes on.\n";

describe("a place that will not do", () => {
  test("a cache that cannot be written is passed over for another", () => {
    const home = tempFolder();
    writeFileSync(join(home, ".cache"), "no folder");
    const tmp = tempFolder();
    expect(runBinary(args, { home, env: { TMPDIR: tmp } })).toMatchObject({ code: 0, stderr: notKept });
    expect(readdirSync(tmp)).toEqual([expect.stringMatching(/^kvchat-native-/)]);
  });

  test("no place at all is told with the way out, which works", () => {
    const home = tempFolder();
    writeFileSync(join(home, "taken"), "");
    const taken = join(home, "taken");
    const env = { XDG_CACHE_HOME: taken, TMPDIR: taken };
    expectWayOut(runBinary(args, { home, env }), /part of the path is no folder/);
    const own = { ...env, KVCHAT_NATIVE_DIR: join(home, "own") };
    expect(runBinary(args, { home, env: own })).toMatchObject({ code: 0, stderr: notKept });
  });

  test("a folder that others can write to is refused", () => {
    const home = tempFolder();
    const open = join(home, "open");
    mkdirSync(open);
    chmodSync(open, 0o777);
    expectWayOut(runBinary(args, { home, env: { KVCHAT_NATIVE_DIR: open } }), /other users can write to it/);
  });

  test("a link to a folder is refused", () => {
    const home = tempFolder();
    symlinkSync(tempFolder(), join(home, "link"));
    expectWayOut(runBinary(args, { home, env: { KVCHAT_NATIVE_DIR: join(home, "link") } }), /it is no folder/);
  });

  test.each([
    ["read-only", "mount --bind own own && mount -o remount,bind,ro own", /it is read-only/],
    ["noexec", "mount -t tmpfs -o noexec,mode=700 tmpfs own", /does not let programs run \(noexec\)/],
  ])("a disk that is %s is told", (_name, mount, reason) => {
    const home = tempFolder();
    mkdirSync(join(home, "own"), { mode: 0o700 });
    const env = { PATH: process.env.PATH ?? "", KVCHAT_NATIVE_DIR: join(home, "own") };
    // Where the system lets nobody mount, a folder of the system's own shows that one is passed over with a reason.
    const canMount = spawnSync("unshare", ["-rm", "sh", "-c", mount], { cwd: home }).status === 0;
    const script = `exec unshare -rm sh -c '${mount} && exec "$0" "$@"' "$0" "$@"`;
    if (canMount) expectWayOut(runBinary(args, { home, env, script }), reason);
    else expectWayOut(runBinary(args, { home, env: { KVCHAT_NATIVE_DIR: "/dev/null/native" } }), /no folder/);
  });

  test("a disk that was read-only after the first start gives an answer", () => {
    const home = tempFolder();
    const first = runBinary(args, { home });
    const mount = "mount --bind .cache .cache && mount -o remount,bind,ro .cache";
    const canMount = spawnSync("unshare", ["-rm", "sh", "-c", mount], { cwd: home }).status === 0;
    const script = canMount ? `exec unshare -rm sh -c '${mount} && exec "$0" "$@"' "$0" "$@"` : 'exec "$0" "$@"';
    if (!canMount) chmodSync(nativeFolder(home), 0o500);
    expect(runBinary(args, { home, script, env: { PATH: process.env.PATH ?? "" } })).toEqual(first);
  });
});

function flipByte(path: string): void {
  const content = readFileSync(path);
  const at = Math.floor(content.length / 2);
  content.writeUInt8(content.readUInt8(at) ^ 1, at);
  writeFileSync(path, content);
}
