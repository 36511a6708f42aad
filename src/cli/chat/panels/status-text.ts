// What the status says, and what it leaves out where the terminal is narrow. Pure: facts and a width in, rows of text out.
import { cutToColumns } from "../../sessions/cut-to-columns.ts";
import { fitSegments, type Segment } from "../editor/segments.ts";
import { bar } from "../glyphs.ts";
import { printable } from "../printable.ts";
import type { ChatState, StatusFacts } from "../state.ts";
import { wrapText } from "../wrap.ts";
import { bytes, count, percent, shortCount } from "./amounts.ts";
import { hintWordings, readerSentence } from "./status-hints.ts";
import { type StripRun, strip } from "./strip.ts";

/** A row: the strip that it may begin with, and its words. */
export interface StatusRow {
  readonly strip: readonly StripRun[];
  readonly text: string;
}

const loadingNames = { download: "downloading", model: "loading the model", context: "making the context" };
/** A terminal with fewer rows has one for all of the status. */
const fewestRows = 8;
const wideColumns = 120;

/** The hint, then the model, then the cache; the last two in one row where all of it fits side by side. */
export function statusRows(state: ChatState, columns: number): StatusRow[] {
  if (state.look.isForScreenReader) return wrapText(readerSentence(state), columns).map(words);
  const hint = words(fitSegments([{ wordings: hintWordings(state), weight: 9 }], columns));
  if (state.rows < fewestRows) return [state.hint ? hint : oneRow(state, columns)];
  if (columns >= wideColumns) return [hint, oneRow(state, columns)];
  return [
    hint,
    words(fitSegments(modelSegments(state), columns)),
    cacheRow(state, cacheSegments(state.status), columns),
  ];
}

function words(text: string): StatusRow {
  return { strip: [], text };
}

function oneRow(state: ChatState, columns: number): StatusRow {
  return cacheRow(state, [...cacheSegments(state.status), ...modelSegments(state)], columns);
}

function cacheRow({ status, look, rows }: ChatState, segments: readonly Segment[], columns: number): StatusRow {
  const cells = status.cache ? stripCells(columns, rows < fewestRows || columns >= wideColumns) : 0;
  if (!status.cache || cells === 0) return words(fitSegments(segments, columns));
  const text = fitSegments(segments, columns - cells - 1);
  return { strip: strip(status.cache, cells, look.glyphs), text: ` ${text}` };
}

/** By the size of the terminal alone, so that the words beside it stay where they are. */
function stripCells(columns: number, isShared: boolean): number {
  if (columns < 20) return 0;
  return Math.min(40, Math.floor(columns / (isShared ? 6 : 4)));
}

function modelSegments(state: ChatState): Segment[] {
  const { status, look } = state;
  const short = status.model.replace(/-(instruct|it|chat)\b.*$/i, "");
  const segments: Segment[] = [{ wordings: [status.model, short, cutToColumns(short, 14)], weight: 5 }];
  const { loading, cache } = status;
  if (loading) {
    const done = percent(loading.fraction);
    const gauge = bar(loading.fraction, 10, look.glyphs);
    segments.push({ wordings: [`${loadingNames[loading.stage]} ${gauge} ${done}`, `loading ${done}`], weight: 9 });
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
function workSegment({ phase, isStopping, status, look }: ChatState): Segment | undefined {
  const { prefill, tokensPerSecond } = status;
  if (phase !== "idle" && isStopping) return { wordings: ["stopping"], weight: 9 };
  if (phase !== "idle" && prefill) {
    const { done, total } = prefill;
    const gauge = bar(total > 0 ? done / total : 1, 10, look.glyphs);
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
  const { used, contextSize } = cache;
  const full = percent(contextSize > 0 ? used / contextSize : 0);
  const segments: Segment[] = [{ wordings: [`${count(used)}/${count(contextSize)}`, full], weight: 9 }];
  if (!turn) return segments;
  const { reused, evaluated, evicted } = turn;
  segments.push({ wordings: [`reused ${count(reused)}`, `${shortCount(reused)} kept`], weight: 7 });
  segments.push({ wordings: [`evaluated ${count(evaluated)}`, `${shortCount(evaluated)} new`], weight: 6 });
  segments.push({
    wordings: [`evicted ${count(evicted)}`, `${shortCount(evicted)} out`],
    weight: evicted > 0 ? 8 : 2,
  });
  return segments;
}
