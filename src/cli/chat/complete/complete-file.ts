// Completes the name of a file from what is in its folder.
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { mentionOf, resolvePath } from "../attach/mentions.ts";
import { shownName } from "../attach/weigh.ts";
import { typable } from "../printable.ts";
import type { Candidate, Completion } from "./candidate.ts";

/** More are no help to anyone. */
const mostCandidates = 1000;

interface Found {
  /** What was typed of the folder, with the name; a folder's ends in a slash. */
  readonly path: string;
  readonly name: string;
  readonly label: string;
  readonly isOpen: boolean;
}

/** A path behind `@`, from the `@` on. */
export async function completeMention({ path, isQuoted }: { path: string; isQuoted: boolean }): Promise<Candidate[]> {
  const found = await filesLike(path);
  return found.map(({ path, label, isOpen }) => ({ text: mentionOf(path, { isQuoted, isOpen }), label, isOpen }));
}

/** The argument of a command that takes a file, which may have blanks. */
export async function completePath(argument: string): Promise<Completion> {
  const found = (await filesLike(argument)).filter(({ name }) => typable(name) === name && !name.includes("\n"));
  return { from: 0, candidates: found.map(({ path, label, isOpen }) => ({ text: path, label, isOpen })) };
}

/** Files in the folder that the path leads to; hidden ones where its last part begins with a dot. */
async function filesLike(path: string): Promise<Found[]> {
  const cut = path.lastIndexOf("/") + 1;
  const [folder, begun] = [path.slice(0, cut), path.slice(cut)];
  const inside = resolvePath(folder === "" ? "." : folder);
  const entries = await readdir(inside, { withFileTypes: true }).catch(() => []);
  // A name that is no UTF-8 is not what it reads as: no file would be found by it.
  const named = entries.filter(({ name }) => !name.includes("\ufffd"));
  const shown = named.filter(({ name }) => begun.startsWith(".") || !name.startsWith("."));
  const exact = shown.filter(({ name }) => name.startsWith(begun));
  const wanted = begun.toLowerCase();
  const like = exact.length > 0 ? exact : shown.filter(({ name }) => name.toLowerCase().startsWith(wanted));
  const sorted = like.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, mostCandidates);
  return Promise.all(
    sorted.map(async (entry) => {
      const { name } = entry;
      const isOpen = await isFolder(entry, inside);
      const end = isOpen ? "/" : "";
      return { path: folder + name + end, name, label: shownName(name) + end, isOpen };
    }),
  );
}

async function isFolder(entry: Dirent, inside: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const target = await stat(join(inside, entry.name)).catch(() => undefined);
  return target?.isDirectory() ?? false;
}
