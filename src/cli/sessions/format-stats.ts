// `kvchat sessions stats` and `gc` for people.
import prettyBytes from "pretty-bytes";
import type { CollectedGarbage } from "../../cache/store-room.ts";
import type { CacheStats } from "../../session/upkeep/cache-stats.ts";

const labelColumns = 10;

/** Ends in a newline. */
export function formatStats(stats: CacheStats): string {
  const { sessions, blocks, tails, snapshots, bytes, capBytes, apartBytes, savedBySharingBytes, unneeded } = stats;
  const percent = capBytes > 0 ? Math.round((100 * bytes) / capBytes) : 100;
  const rows = [
    ["sessions", `${sessions} with a cache`],
    ["blocks", amount(blocks)],
    ["tails", amount(tails)],
    ["snapshots", amount(snapshots)],
    ["in all", `${prettyBytes(bytes)}, ${percent}% of the cap of ${prettyBytes(capBytes, { binary: true })}`],
    [
      "sharing",
      `saves ${prettyBytes(savedBySharingBytes)} of the ${prettyBytes(apartBytes)} that they would take apart`,
    ],
    ["unneeded", `${amount(unneeded)}${unneeded.files > 0 ? "; kvchat sessions gc removes them" : ""}`],
  ];
  return rows.map(([label = "", value]) => `${label.padEnd(labelColumns)}${value}\n`).join("");
}

/** Ends in a newline. */
export function formatCollected({ files, bytes, spared }: CollectedGarbage, { dryRun }: { dryRun: boolean }): string {
  const what = files === 0 ? "nothing" : amount({ files, bytes });
  const removed = `${dryRun ? "Would remove" : "Removed"} ${what}.\n`;
  if (spared.files === 0) return removed;
  return `${removed}${amount(spared)} stay: a chat is open, and they were used within ten minutes.\n`;
}

function amount({ files, bytes }: { files: number; bytes: number }): string {
  return files === 0 ? "none" : `${files} (${prettyBytes(bytes)})`;
}
