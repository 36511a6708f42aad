// `kvchat sessions why`: what of a session's cache would be used if it were resumed now, and why not the rest. Needs no engine.
import type { BlockStore } from "../../cache/block-store.ts";
import { checkRestore, type Restorable } from "../../cache/check-restore.ts";
import { chainOf, fromKvRecord, type KeptCache, templateMark } from "../kv-record.ts";
import type { KvRecord, LoadedSession } from "../store/session-record.ts";
import { branchInCache } from "./branch-in-cache.ts";

/** What a resume would run with. */
export interface Conditions {
  readonly fingerprint: Readonly<Record<string, string>>;
  /** The model's chat template; where it brings none, those that may stand in. */
  readonly templates: readonly string[];
  /** Tokens; undefined where it depends on the memory. */
  readonly contextSize: number | undefined;
}

export interface Reason {
  readonly kind:
    | "never computed"
    | "model changed"
    | "engine changed"
    | "cache changed"
    | "template changed"
    | "context smaller"
    | "evicted"
    | NonNullable<Restorable["obstacle"]>;
  /** A sentence for people. */
  readonly message: string;
}

interface Difference {
  /** A component of the fingerprint, such as `type of K`. */
  readonly what: string;
  readonly was: string | null;
  readonly now: string | null;
}

/** The object that `sessions why --json` prints. A contract: only add to it. */
export interface ResumeReport {
  readonly session: string;
  /** Of the current branch, in the cache when it was kept. */
  readonly tokens: number;
  /** The first so many would be used as they are. */
  readonly reused: number;
  /** The others. What was said and never kept comes on top, and is not counted. */
  readonly evaluatedAgain: number;
  /** Tokens that have left the window since the chat began; they are not read again. */
  readonly evicted: number;
  /** What was computed otherwise than it would be now. */
  readonly differences: readonly Difference[];
  readonly reasons: readonly Reason[];
}

export async function explainResume(
  { session, messages }: LoadedSession,
  record: KvRecord | undefined,
  blocks: BlockStore | undefined,
  now: Conditions,
): Promise<ResumeReport> {
  const kept = record && fromKvRecord(record);
  if (!kept) return neverComputed(session.name, record !== undefined);
  const { tokens, answersMissing } = branchInCache(kept, messages);
  const { tokens: all, lineage } = chainOf(kept);
  // A cache that slides cannot be cut back: it is restored at the very length, or not at all.
  const length = now.fingerprint["sliding window"] ? tokens : all.length;
  const chain = { fingerprint: now.fingerprint, tokens: all.slice(0, length), lineage };
  const restorable = blocks ? await checkRestore(chain, blocks) : noStore;
  const reused = Math.min(tokens, restorable.tokens);
  const differences = differencesOf(kept, now);
  const isBlocked = reused < tokens && differences.length === 0;
  const reasons = [
    ...explainDifferences(differences),
    ...(isBlocked ? [explainObstacle(restorable)] : []),
    ...(answersMissing > 0 ? [notKept(answersMissing)] : []),
    ...(isSameModel(kept, now) ? explainTemplate(kept, now) : []),
    ...explainWindow(kept, now),
  ];
  return {
    session: session.name,
    tokens,
    reused,
    evaluatedAgain: tokens - reused,
    evicted: kept.evicted,
    differences,
    reasons,
  };
}

const noStore: Restorable = { tokens: 0, reason: "the cache folder cannot be read", obstacle: "block missing" };

function neverComputed(session: string, isDamaged: boolean): ResumeReport {
  const message = isDamaged
    ? "The account of its cache cannot be read: all is evaluated again."
    : "No cache was ever kept of it: all is evaluated.";
  const nothing = { tokens: 0, reused: 0, evaluatedAgain: 0, evicted: 0, differences: [] };
  return { session, ...nothing, reasons: [{ kind: "never computed", message }] };
}

function differencesOf({ fingerprint: was }: KeptCache, { fingerprint: now }: Conditions) {
  const names = Object.keys({ ...was, ...now }).filter((name) => was[name] !== now[name]);
  return names.map((what) => ({ what, was: was[what] ?? null, now: now[what] ?? null }));
}

/** Another model is reason enough: all else may differ with it. */
function explainDifferences(differences: readonly Difference[]): Reason[] {
  if (!differences.some(({ what }) => what === "model")) return differences.map(explainDifference);
  return [{ kind: "model changed", message: "The model file is another one than the cache was computed with." }];
}

function explainDifference({ what, was, now }: Difference): Reason {
  const message = `${what === "llama.cpp" ? what : `The ${what}`} was ${was ?? "not set"}, and is ${now ?? "not set"} now.`;
  return { kind: what === "llama.cpp" ? "engine changed" : "cache changed", message };
}

function explainObstacle({ reason = "", obstacle = "tail missing" }: Restorable): Reason {
  const went = obstacle.endsWith("damaged") ? "" : "; the cache was full, or someone has removed them";
  return { kind: obstacle, message: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${went}.` };
}

function notKept(answers: number): Reason {
  const subject = answers === 1 ? "The last answer is" : `The last ${answers} answers are`;
  return { kind: "never computed", message: `${subject} not in what was kept, and evaluated from the text.` };
}

function isSameModel(kept: KeptCache, now: Conditions): boolean {
  return kept.fingerprint.model === now.fingerprint.model;
}

/** Rows stay good under another template, but other tokens are wanted. */
function explainTemplate({ template }: KeptCache, { templates }: Conditions): Reason[] {
  if (templates.some((text) => templateMark(text) === template)) return [];
  const message = "The chat template is another one: what follows the first difference is evaluated again.";
  return [{ kind: "template changed", message }];
}

function explainWindow({ cached, evicted }: KeptCache, { contextSize }: Conditions): Reason[] {
  const reasons: Reason[] = [];
  if (contextSize && contextSize <= cached) {
    const message = `The context has room for ${contextSize} tokens: the window moves before the next answer.`;
    reasons.push({ kind: "context smaller", message });
  }
  if (evicted > 0) {
    const message = `${evicted.toLocaleString("en")} tokens had left the window, and are not read again.`;
    reasons.push({ kind: "evicted", message });
  }
  return reasons;
}
