// `kvchat sessions stats`, `gc` and `verify`: what is kept of caches, without what nothing needs, and whole.
import type { CommandModule } from "yargs";
import { ExitCode } from "../../session/errors.ts";
import { folders } from "../../session/folders.ts";
import { workFolder } from "../../session/persistence.ts";
import { cacheStats } from "../../session/upkeep/cache-stats.ts";
import { collectCaches } from "../../session/upkeep/collect-caches.ts";
import { verifySessions } from "../../session/upkeep/verify-sessions.ts";
import { openBlocks, openStore, printJson, withJson } from "./command-parts.ts";
import { formatCollected, formatStats } from "./format-stats.ts";
import { formatVerified } from "./format-verified.ts";

export const statsCommand: CommandModule<object, { json: boolean }> = {
  command: "stats",
  describe: "Tell what is kept of the sessions' caches, and what sharing saves",
  builder: (yargs) => withJson(yargs, "object"),
  handler: async ({ json }) => {
    using store = openStore();
    const stats = await cacheStats(store, await openBlocks());
    if (json) printJson(stats);
    else process.stdout.write(formatStats(stats));
  },
};

export const gcCommand: CommandModule<object, { "dry-run": boolean; json: boolean }> = {
  command: "gc",
  describe: "Remove what no session needs of the caches; safe beside running chats",
  builder: (yargs) =>
    withJson(yargs, "object").option("dry-run", {
      type: "boolean",
      default: false,
      describe: "Tell what would be removed, and remove nothing",
    }),
  handler: async ({ "dry-run": dryRun, json }) => {
    using store = openStore();
    const collected = await collectCaches(store, await openBlocks(), { dryRun, workDir: workFolder(folders().cache) });
    if (json) printJson(collected);
    else process.stdout.write(formatCollected(collected, { dryRun }));
  },
};

export const verifyCommand: CommandModule<object, { json: boolean }> = {
  command: "verify",
  describe: "Check every session and all of its cache, and repair what can be",
  builder: (yargs) => withJson(yargs, "object"),
  handler: async ({ json }) => {
    using store = openStore();
    const report = await verifySessions(store, await openBlocks());
    if (json) printJson(report);
    else process.stdout.write(formatVerified(report));
    if (!report.isWhole) process.exitCode = ExitCode.failed;
  },
};
