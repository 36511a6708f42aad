// `kvchat doctor` for people: one fact a line, in groups, and the problems last.
import prettyBytes from "pretty-bytes";
import type { BackendFacts, MachineFacts } from "../../session/engine/machine.ts";
import { printable } from "../chat/printable.ts";
import type { DoctorReport } from "./examine.ts";

const labelColumns = 12;
const memory = (bytes: number) => prettyBytes(bytes, { binary: true });

export function formatReport(report: DoctorReport): string {
  const { versions, machine, defaultModel, problems } = report;
  const groups = [
    [
      row("kvchat", versions.kvchat),
      row("runs on", `${report.platform}, ${versions.runtime}`),
      row("engine", `node-llama-cpp ${versions.nodeLlamaCpp}, llama.cpp ${versions.llamaCpp}`),
    ],
    machine ? machineRows(machine) : [],
    [
      ...report.folders.map(({ name, path, bytes, freeBytes }) =>
        row(name, `${printable(path)}: ${prettyBytes(bytes)}, ${prettyBytes(freeBytes)} free`),
      ),
      row("kv", `${printable(report.kv.path)}: ${prettyBytes(report.kv.bytes)}${capped(report.kv.capBytes)}`),
    ],
    defaultModel
      ? [row("model", `${defaultModel.name}: ${defaultModel.path ?? "not here yet, fetched when it is run"}`)]
      : [],
    problems.length === 0
      ? ["Nothing is wrong."]
      : problems.flatMap(({ message, hint }) => [`! ${printable(message)}`, `  ${printable(hint)}`]),
  ];
  return `${groups
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function machineRows({ backends, cpu, ...bytes }: MachineFacts): string[] {
  const chosen = backends.find(({ available }) => available);
  const video =
    bytes.vramTotalBytes > 0 ? [row("video memory", freeOf(bytes.vramFreeBytes, bytes.vramTotalBytes))] : [];
  return [
    row("backend", `${chosen?.name ?? "none"}, by --gpu auto`),
    ...backends.map((backend) => row(`  ${backend.name}`, describeBackend(backend))),
    row("memory", freeOf(bytes.ramFreeBytes, bytes.ramTotalBytes)),
    ...video,
    row("processor", `${cpu.model}, ${cpu.logicalCores} logical cores, ${cpu.mathCores} to compute on`),
    row("features", cpu.features.join(" ") || "none that llama.cpp uses"),
  ];
}

function describeBackend({ available, devices, reason }: BackendFacts): string {
  if (!available) return `not available: ${reason}`;
  return devices.length > 0 ? devices.join(", ") : "available";
}

function capped(bytes: number | null): string {
  return bytes === null ? "" : ` of at most ${memory(bytes)}`;
}

function freeOf(free: number, total: number): string {
  return `${memory(free)} free of ${memory(total)}`;
}

function row(label: string, value: string): string {
  return `${label.padEnd(labelColumns)} ${value}`;
}
