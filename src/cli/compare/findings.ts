// What there is to see in a comparison: a sentence for its page, and one for each plot.
import { type ComparedRow, type ComparisonReport, pairName, type Speed } from "../../session/compare/report.ts";
import { lossOf, slower } from "../../session/compare/verdict.ts";
import { count, nats, ratio } from "./figures.ts";

export function headline({ model, rows, recommended }: ComparisonReport, maxKld: number): string {
  const [baseline, ...others] = rows;
  const best = rows.find(({ k, v }) => `${k}/${v}` === recommended);
  if (!baseline?.memory || others.length === 0) return `KV cache types of ${model.name}`;
  const base = pairName(baseline);
  if (!best?.quality || !best.memory || best === baseline) {
    return `${model.name}: nothing smaller than ${base} loses at most ${maxKld} nats a token`;
  }
  const saved = Math.round(100 * (1 - best.memory.bytesPerToken / baseline.memory.bytesPerToken));
  return `${model.name}: ${pairName(best)} takes ${saved}% less memory than ${base}, and loses ${nats(lossOf(best.quality))} nats a token`;
}

export function paretoFinding(rows: readonly ComparedRow[], maxKld: number): string {
  const [baseline, ...others] = rows.filter(({ quality }) => quality);
  if (!baseline || others.length === 0) return "Loss and memory";
  const names = others.filter(({ quality }) => quality && lossOf(quality) <= maxKld).map(pairName);
  const limit = `at most ${maxKld} nats a token to ${pairName(baseline)}`;
  if (names.length === 0) return `None loses ${limit}`;
  return names.length === 1 ? `Only ${names[0]} loses ${limit}` : `${listed(names)} lose ${limit}`;
}

/** `rows`: those that differ from the baseline. */
export function spreadFinding(rows: readonly ComparedRow[]): string {
  const sorted = rows.flatMap((row) => (row.quality ? [{ name: pairName(row), p99: row.quality.kld.p99 }] : []));
  sorted.sort((a, b) => a.p99 - b.p99);
  const ends = sorted.length > 1 ? [sorted[0], sorted.at(-1)] : sorted;
  const moves = ends.map((end) => `${nats(end?.p99 ?? 0)} nats with ${end?.name}`);
  return `One token in a hundred moves by more than ${listed(moves)}`;
}

/** The first of `rows` is the baseline. Of the greatest depth, where a type shows most. */
export function speedFinding([baseline, ...others]: readonly ComparedRow[], kind: "prefill" | "decode"): string {
  const isPrefill = kind === "prefill";
  const ratioOf = (speed: Speed) => (isPrefill ? speed.prefillRatio : speed.decodeRatio);
  const found = others.flatMap((row) => {
    const deepest = row.speed.at(-1);
    return deepest ? [{ name: pairName(row), depth: deepest.depth, ratio: ratioOf(deepest) }] : [];
  });
  found.sort((a, b) => a.ratio - b.ratio);
  const [slowest, fastest] = [found[0], found.at(-1)];
  if (!baseline || !slowest || !fastest) return isPrefill ? "Prefill" : "Decode";
  const base = pairName(baseline);
  const told = slowest.ratio < slower ? slowest : fastest.ratio > 1 / slower ? fastest : undefined;
  if (!told) return `All ${isPrefill ? "read a prompt" : "answer"} about as fast as ${base}`;
  const behind = told.depth > 0 ? ` behind ${count(told.depth)} tokens` : "";
  return `${told.name} ${isPrefill ? "reads a prompt" : "answers"} at ${ratio(told.ratio)} of ${base}'s speed${behind}`;
}

export function listed(names: readonly string[]): string {
  return new Intl.ListFormat("en").format(names);
}
