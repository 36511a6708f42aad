// Completes the name of a file from what is in its folder.
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { mentionOf, resolvePath } from "../attach/mentions.ts";
import { printable, typable } from "../printable.ts";
import type { Candidate, Completion } from "./candidate.ts";

/** More are no help to anyone. */
const mostCandidates = 1000;

interface Found {
  /** What was typed of the folder, with the name. */
  readonly path: string;
  readonly name: string;
  readonly isFolder: boolean;
}

/** A path behind `@`, from the `@` on. */
export async function completeMention({ path, isQuoted }: { path: string; isQuoted: boolean }): Promise<Candidate[]> {
  const found = await filesLike(path);
  return found.map(({ path, name, isFolder }) => ({
    text: mentionOf(isFolder ? `${path}/` : path, { isQuoted, isOpen: isFolder }),
    label: labelOf(name, isFolder),
    isOpen: isFolder,
  }));
}

/** The argument of a command that takes a file, which may have blanks. */
export async function completePath(argument: string): Promise<Completion> {
  const found = (await filesLike(argument)).filter(({ name }) => typable(name) === name && !name.includes("\n"));
  const candidates = found.map(({ path, name, isFolder }) => ({
    text: isFolder ? `${path}/` : path,
    label: labelOf(name, isFolder),
    isOpen: isFolder,
  }));
  return { from: 0, candidates };
}

/** Files in the folder that the path leads to; hidden ones where its last part begins with a dot. */
async function filesLike(path: string): Promise<Found[]> {
  const cut = path.lastIndexOf("/") + 1;
  const [folder, begun] = [path.slice(0, cut), path.slice(cut)];
  const inside = resolvePath(folder === "" ? "." : folder);
  const entries = await readdir(inside, { withFileTypes: true }).catch(() => []);
  const shown = entries.filter(({ name }) => begun.startsWith(".") || !name.startsWith("."));
  const exact = shown.filter(({ name }) => name.startsWith(begun));
  const wanted = begun.toLowerCase();
  const like = exact.length > 0 ? exact : shown.filter(({ name }) => name.toLowerCase().startsWith(wanted));
  const sorted = like.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, mostCandidates);
  return Promise.all(
    sorted.map(async (entry) => ({
      path: folder + entry.name,
      name: entry.name,
      isFolder: await isFolder(entry, inside),
    })),
  );
}

async function isFolder(entry: Dirent, inside: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const target = await stat(join(inside, entry.name)).catch(() => undefined);
  return target?.isDirectory() ?? false;
}

function labelOf(name: string, isFolder: boolean): string {
  return printable(name).replaceAll("\n", "␊") + (isFolder ? "/" : "");
}
