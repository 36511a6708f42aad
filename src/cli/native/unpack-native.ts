// Unpacks the native parts that the binary carries, once, into the first place that can hold them.
import { mkdirSync } from "node:fs";
import prettyBytes from "pretty-bytes";
import { KvchatError } from "../../session/errors.ts";
import { quoted } from "../../session/models/quoted.ts";
import type { NativeFolder } from "./native-files.ts";
import { nativePlaces, requirePrivate, requireRunnable } from "./native-places.ts";
import { unpackInto } from "./unpack-into.ts";

/** Returns the folder with the unpacked files. Throws KvchatError where no place will do. */
export function unpackNative(folder: NativeFolder, places: readonly string[] = nativePlaces()): string {
  const reasons: string[] = [];
  for (const place of places) {
    try {
      mkdirSync(place, { recursive: true, mode: 0o700 });
      requirePrivate(place);
      requireRunnable(place);
      return unpackInto(place, folder);
    } catch (error) {
      reasons.push(`${quoted(place)}: ${reasonOf(error)}`);
    }
  }
  const bytes = folder.files.reduce((sum, file) => sum + file.bytes, 0);
  throw new KvchatError(`The native parts of kvchat could not be unpacked: ${reasons.join("; ")}.`, {
    hint: `Set KVCHAT_NATIVE_DIR to a folder of your own, with ${prettyBytes(bytes)} of room, on a disk that lets programs run.`,
  });
}

const knownReasons: Record<string, string> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "it is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "part of the path is no folder",
  EEXIST: "it is no folder",
  ENOENT: "no folder can be made there",
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = "code" in error ? knownReasons[String(error.code)] : undefined;
  return known ?? error.message.split("\n")[0] ?? "";
}
