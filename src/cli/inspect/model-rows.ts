// A model's shape in a few lines: what its layers and heads are, and which of them the cache keeps.
import prettyBytes from "pretty-bytes";
import type { InspectReport } from "../../session/inspect/inspect-report.ts";

const labelColumns = 11;
const count = (value: number) => value.toLocaleString("en");

export function row(label: string, value: string): string {
  return `${label.padEnd(labelColumns)} ${value}`;
}

export function modelRows({ model, kv }: InspectReport): string[] {
  const files = model.files > 1 ? ` in ${model.files} files` : "";
  return [
    `${model.name} (${model.architecture || "no architecture"})`,
    row("from", model.source),
    row(
      "weights",
      `${prettyBytes(model.weightBytes, { binary: true })}${files}, ${count(model.parameters)} parameters`,
    ),
    row("trained on", `${count(model.contextTrained)} tokens of context`),
    row("layers", layers(model, kv.recurrentStateBytes)),
    row("heads", heads(model)),
    row("head size", `${model.headSizeK} for K, ${model.mla ? "none" : model.headSizeV} for V`),
    row("window", window(model)),
    ...(model.notForChat ? [row("no chat", `${model.notForChat}`)] : []),
  ];
}

function layers({ layers, attention, recurrentLayers }: InspectReport["model"], stateBytes: number): string {
  const kinds = [
    `${attention.full + attention.sliding} with K and V`,
    ...(recurrentLayers > 0
      ? [`${recurrentLayers} recurrent with ${prettyBytes(stateBytes, { binary: true })} of state`]
      : []),
  ];
  return `${layers}: ${kinds.join(", ")}`;
}

/** KV heads may differ by layer; those without any keep nothing. */
function heads({ heads, kvHeads, mla }: InspectReport["model"]): string {
  const kinds = [...new Set(kvHeads.filter((value) => value > 0))].sort((a, b) => a - b);
  const ofKv = kinds.length === 0 ? "none" : kinds.length > 2 ? `${kinds[0]} to ${kinds.at(-1)}` : kinds.join(" or ");
  if (mla) return `${heads} for Q; K and V are one compressed row (MLA)`;
  const isGrouped = kinds.length === 1 && kinds[0] !== heads;
  const groups = isGrouped ? `, ${heads / (kinds[0] ?? 1)} Q to each (${kinds[0] === 1 ? "MQA" : "GQA"})` : "";
  return `${heads} for Q, ${ofKv} for K and V${groups}`;
}

function window({ attention, slidingWindow }: InspectReport["model"]): string {
  if (attention.sliding === 0) return "none: each layer with K and V sees the whole context";
  return `${count(slidingWindow)} tokens in ${attention.sliding} layers, the whole context in ${attention.full}`;
}
