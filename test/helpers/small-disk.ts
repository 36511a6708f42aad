// A disk of 2 MiB where the system lets us mount one; else a folder in which a file stands in the way. Both fail a large write.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export interface SmallDisk {
  readonly folder: string;
  /** Makes sure that a file of 3 MiB in `folder` cannot be written; returns the failure to expect. */
  readonly fill: (folder: string) => "full" | "not-writable";
}

export async function onSmallDisk(parent: string): Promise<SmallDisk> {
  const folder = join(parent, "disk");
  mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    return {
      folder,
      fill: (place) => {
        writeFileSync(place, "");
        return "not-writable";
      },
    };
  }
  onTestFinished(() => void execFileSync("umount", [folder]));
  return { folder, fill: () => "full" };
}
