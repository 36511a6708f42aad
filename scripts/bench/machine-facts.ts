// What figures depend on: the machine, and the versions of what runs on it.
import { cpus, release, totalmem } from "node:os";
import prettyBytes from "pretty-bytes";
import { versionText } from "../../src/cli/version.ts";

export interface MachineFacts {
  readonly processor: string;
  readonly cores: number;
  readonly ramBytes: number;
  readonly system: string;
  readonly versions: readonly string[];
}

export function readMachineFacts(): MachineFacts {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() || process.arch,
    cores: processors.length,
    ramBytes: totalmem(),
    system: `${process.platform} ${release()} ${process.arch}`,
    versions: versionText().trim().split("\n"),
  };
}

export function machineText({ processor, cores, ramBytes, system, versions }: MachineFacts): string {
  return [
    versions.join(", "),
    `${processor}, ${cores} cores, ${prettyBytes(ramBytes, { binary: true })}`,
    system,
    "",
  ].join("\n");
}
