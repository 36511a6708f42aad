// `kvchat inspect` for people: the model's shape, bars of what each cache type takes, and of memory by context.
import prettyBytes from "pretty-bytes";
import { typesName } from "../../cache/types.ts";
import type { InspectReport } from "../../session/inspect/inspect-report.ts";
import { bar, stackedBar } from "../bar.ts";
import { printable } from "../chat/printable.ts";
import { modelRows, row } from "./model-rows.ts";

const barColumns = 40;
const count = (tokens: number) => tokens.toLocaleString("en");
const size = (bytes: number) => prettyBytes(bytes, { binary: true });

/** Lines of at most 80 columns, as far as names and paths allow. */
export function formatInspect(report: InspectReport): string {
  const groups = [modelRows(report), typeRows(report), memoryRows(report), largestRows(report)];
  const text = groups.filter((rows) => rows.length > 0).map((rows) => rows.join("\n"));
  return `${printable(text.join("\n\n"))}\n`;
}

function typeRows({ kv, model }: InspectReport): string[] {
  const most = Math.max(1, ...kv.types.map(({ bytesPerToken }) => bytesPerToken ?? 0));
  const chosen = (type: string) => (type === kv.typeK && type === kv.typeV ? " *" : "  ");
  const bars = kv.types.flatMap(({ type, bytesPerToken }) => {
    if (bytesPerToken === null) return [];
    return `${chosen(type)}${type.padEnd(7)} ${count(bytesPerToken).padStart(11)}  ${bar(bytesPerToken / most, barColumns)}`;
  });
  const misfit = kv.types.find((type) => type.misfit !== null)?.misfit;
  const others = kv.types.filter((type) => type.misfit !== null).map(({ type }) => type);
  const isMixed = kv.typeK !== kv.typeV;
  return [
    `KV cache, bytes a token${isMixed ? "" : " (* is the one below)"}`,
    ...bars,
    ...(isMixed ? [` *${kv.typeK}/${kv.typeV}: ${count(kv.bytesPerToken)}`] : []),
    ...(kv.bytesPerTokenPastWindow < kv.bytesPerToken
      ? [
          `Past the window of ${count(model.slidingWindow)} tokens each takes ${count(kv.bytesPerTokenPastWindow)} more.`,
        ]
      : []),
    ...(others.length > 0 ? [`Not for this model, as its ${misfit}: ${others.join(", ")}.`] : []),
    ...(kv.exact ? [] : ["This architecture keeps more than that, or otherwise; take the figures as a rough guide."]),
  ];
}

function memoryRows({ kv, model, memory, machine }: InspectReport): string[] {
  const free = machine.ramFreeBytes + machine.vramFreeBytes;
  const most = Math.max(...memory.map(({ totalBytes }) => totalBytes));
  const type = typesName(kv);
  const rows = memory.map((context) => {
    const parts = [model.weightBytes / most, context.kvBytes / most] as const;
    const share = `${Math.round((100 * context.totalBytes) / free)}%`;
    const cells = [count(context.contextSize).padStart(11), size(context.totalBytes).padStart(9), share.padStart(5)];
    const note = context.fits ? (context.beyondTrained ? "~" : " ") : "!";
    return `${cells.join("  ")} ${note} ${stackedBar(parts, barColumns)}`;
  });
  return [
    `Memory by tokens of context, ${type}: weights ▒, cache █; % of the ${size(free)} free`,
    ...rows,
    ...(memory.some(({ fits }) => !fits) ? ["! does not fit beside 512 MiB for everything else"] : []),
    ...(memory.some(({ fits, beyondTrained }) => fits && beyondTrained)
      ? [`~ beyond the ${count(model.contextTrained)} tokens that the model was trained on`]
      : []),
  ];
}

function largestRows({ largestContext, machine, kv }: InspectReport): string[] {
  if (kv.bytesPerTokenPastWindow === 0) return [row("largest", "any context: the cache does not grow with it")];
  const tokens = (value: number | null) => (value ? `${count(value)} tokens` : "none");
  const memories = machine.vramTotalBytes > 0 ? "RAM and video memory" : "RAM";
  return [
    "Largest context that fits",
    row("free now", `${tokens(largestContext.free)}, in ${memories}`),
    row(
      "all of it",
      `${tokens(largestContext.total)}, in the ${size(machine.ramTotalBytes + machine.vramTotalBytes)} there are`,
    ),
    ...(machine.vramTotalBytes > 0
      ? [
          row(
            "video",
            `${tokens(largestContext.vram)}, with the weights in the ${size(machine.vramFreeBytes)} free there`,
          ),
        ]
      : []),
  ];
}
