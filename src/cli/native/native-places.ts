// Where native code may be unpacked to and run from: folders that nobody else can write to, on disks that let programs run.
import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join, resolve, sep } from "node:path";
import { folders } from "../../session/folders.ts";

/** Best first. `KVCHAT_NATIVE_DIR` is the only one where it is set. */
export function nativePlaces(env: NodeJS.ProcessEnv = process.env): string[] {
  if (env.KVCHAT_NATIVE_DIR) return [resolve(env.KVCHAT_NATIVE_DIR)];
  const places = [join(folders(env).cache, "native")];
  if (env.XDG_RUNTIME_DIR) places.push(join(resolve(env.XDG_RUNTIME_DIR), "kvchat-native"));
  // The name is the user's own, because on many machines all users share this folder.
  return [...places, join(tmpdir(), `kvchat-native-${process.getuid?.() ?? userInfo().username}`)];
}

/** Code in a folder that others can write to would run as the user. Throws an Error that says whose it is. */
export function requirePrivate(folder: string): void {
  const { uid, mode, isDirectory } = statOf(folder);
  if (!isDirectory) throw new Error("it is no folder");
  if (process.platform === "win32") return;
  if (uid !== process.getuid?.() && uid !== 0) throw new Error("it belongs to another user");
  if ((mode & 0o022) !== 0) throw new Error("other users can write to it");
}

function statOf(folder: string) {
  const stats = lstatSync(folder);
  return { uid: stats.uid, mode: stats.mode, isDirectory: stats.isDirectory() };
}

/** Throws an Error where the folder's disk is mounted so that nothing on it can be run. */
export function requireRunnable(folder: string, readMounts: () => string = readOwnMounts): void {
  if (isNoexec(realpathSync(folder), readMounts())) throw new Error("its disk does not let programs run (noexec)");
}

/** `mounts` in the form of /proc/self/mounts; of two at the same place the later one counts. */
export function isNoexec(path: string, mounts: string): boolean {
  let deepest = { point: "", options: "" };
  for (const line of mounts.split("\n")) {
    const [, field, , options] = line.split(" ");
    if (!field || !options) continue;
    const point = field.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8)));
    const isAbove = point === "/" || path === point || path.startsWith(point + sep);
    if (isAbove && point.length >= deepest.point.length) deepest = { point, options };
  }
  return deepest.options.split(",").includes("noexec");
}

function readOwnMounts(): string {
  if (process.platform !== "linux") return "";
  try {
    return readFileSync("/proc/self/mounts", "utf8");
  } catch {
    return "";
  }
}
