// What the status line says, and what it leaves out where the terminal is narrow. Pure: facts and a width in, rows of text out.
import prettyBytes from "pretty-bytes";
import stringWidth from "string-width";
import { printable } from "./printable.ts";
import type { ChatState, StatusFacts } from "./state.ts";

/** One fact in its wordings, longest first. The lower its `weight`, the sooner it is shortened, then left out. */
export interface Segment {
  readonly wordings: readonly string[];
  readonly weight: number;
  /** Shown where there is room beside all others in their longest wordings. */
  readonly isExtra?: boolean;
}

const separator = " · ";
const loadingNames = { download: "downloading", model: "loading the model", context: "making the context" };

/** The rows of the status: one where everything fits side by side, else one for the model and one for the cache. */
export function statusRows(state: ChatState, columns: number): string[] {
  const { status } = state;
  if (state.hint !== undefined)
    return pad([fitSegments([{ wordings: [state.hint.text], weight: 9 }], columns)], state, columns);
  const model = modelSegments(state);
  const cache = cacheSegments(status);
  if (isOneRow(state, columns)) return [fitSegments([...model, ...cache], columns)];
  return [fitSegments(model, columns), fitSegments(cache, columns)];
}

/** The number of rows depends on the size of the terminal alone, so that the prompt never jumps. */
function isOneRow(state: { rows: number }, columns: number): boolean {
  return columns >= 120 || state.rows < 8;
}

function pad(rows: string[], state: ChatState, columns: number): string[] {
  return isOneRow(state, columns) ? rows : [...rows, fitSegments(cacheSegments(state.status), columns)];
}

function modelSegments(state: ChatState): Segment[] {
  const { status } = state;
  const short = status.model.replace(/-(instruct|it|chat)\b.*$/i, "");
  const segments: Segment[] = [{ wordings: [status.model, short, clip(short, 14)], weight: 5 }];
  const { loading, cache } = status;
  if (loading) {
    const percent = `${Math.round(loading.fraction * 100)}%`;
    segments.push({
      wordings: [`${loadingNames[loading.stage]} ${bar(loading.fraction, 10)} ${percent}`, `loading ${percent}`],
      weight: 9,
    });
    return segments;
  }
  if (status.backend) segments.push({ wordings: [status.backend], weight: 3 });
  const work = workSegment(state);
  if (work) segments.push(work);
  if (cache) segments.push({ wordings: [`KV ${bytes(cache.usedBytes)}`, bytes(cache.usedBytes)], weight: 4 });
  if (status.session) segments.push({ wordings: [printable(status.session)], weight: 1, isExtra: true });
  return segments;
}

/** What the model is doing now, or how fast it was. */
function workSegment({ phase, isStopping, status }: ChatState): Segment | undefined {
  const { prefill, tokensPerSecond } = status;
  if (phase !== "idle" && isStopping) return { wordings: ["stopping"], weight: 9 };
  if (phase !== "idle" && prefill) {
    const { done, total } = prefill;
    const gauge = bar(total > 0 ? done / total : 1, 10);
    const short = `reading ${count(done)}/${count(total)}`;
    return { wordings: [`reading ${count(done)} of ${count(total)} tokens ${gauge}`, short], weight: 9 };
  }
  if (phase === "waiting" && status.backend) return { wordings: ["reading"], weight: 9 };
  if (!tokensPerSecond) return undefined;
  const speed = tokensPerSecond.toFixed(tokensPerSecond < 100 ? 1 : 0);
  return { wordings: [`${speed} tokens/s`, `${speed} t/s`], weight: 7 };
}

function cacheSegments({ cache, turn }: StatusFacts): Segment[] {
  if (!cache) return [];
  const fraction = cache.contextSize > 0 ? cache.used / cache.contextSize : 0;
  const percent = `${Math.round(fraction * 100)}%`;
  const gauge = `${bar(fraction, 10)} ${count(cache.used)}/${count(cache.contextSize)}`;
  const segments: Segment[] = [{ wordings: [gauge, `${bar(fraction, 5)} ${percent}`, percent], weight: 8 }];
  if (!turn) return segments;
  const { reused, evaluated, evicted } = turn;
  segments.push({ wordings: [`reused ${count(reused)}`, `${short(reused)} kept`], weight: 5 });
  segments.push({ wordings: [`evaluated ${count(evaluated)}`, `${short(evaluated)} new`], weight: 6 });
  segments.push({ wordings: [`evicted ${count(evicted)}`, `${short(evicted)} out`], weight: 7 });
  return segments;
}

/** Joins the segments, shortening and then leaving out the least important until they fit. */
export function fitSegments(segments: readonly Segment[], columns: number): string {
  const longest = segments.map(({ wordings }) => wordings[0] ?? "").join(separator);
  const wanted = stringWidth(longest) <= columns ? segments : segments.filter(({ isExtra }) => !isExtra);
  let shown = wanted.map(({ wordings, weight }) => ({ wordings, weight, step: 0 }));
  for (;;) {
    const text = shown.map(({ wordings, step }) => wordings[step] ?? "").join(separator);
    if (stringWidth(text) <= columns) return text;
    const shortenable = shown.filter(({ wordings, step }) => step < wordings.length - 1);
    const next = least(shortenable);
    if (next) shown = shown.map((segment) => (segment === next ? { ...segment, step: segment.step + 1 } : segment));
    else if (shown.length > 1) shown = shown.filter((segment) => segment !== least(shown));
    else return clip(text, columns);
  }
}

/** The one to shorten first; among equals the one that is still longest. */
function least<T extends Segment & { step: number }>(segments: readonly T[]): T | undefined {
  return segments.toSorted((a, b) => a.step - b.step || a.weight - b.weight)[0];
}

export function bar(fraction: number, cells: number): string {
  const full = Math.min(cells, Math.max(0, Math.round(fraction * cells)));
  return "▰".repeat(full) + "▱".repeat(cells - full);
}

export function bytes(value: number): string {
  return prettyBytes(value, { binary: true, maximumFractionDigits: 1 });
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

function short(value: number): string {
  return value < 1000 ? String(value) : `${(value / 1000).toFixed(1)}k`;
}

function clip(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = text;
  while (kept !== "" && stringWidth(kept) > columns - 1) kept = kept.slice(0, -1);
  return `${kept}…`;
}
