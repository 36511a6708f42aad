// `kvchat sessions why`: what of a session's cache would be used if it were resumed now, and why not the rest. Needs no engine.
import type { BlockStore } from "../../cache/block-store.ts";
import { checkRestore, type Restorable } from "../../cache/check-restore.ts";
import { totalLength } from "../../cache/ranges.ts";
import { countReused } from "../count-reused.ts";
import type { Token } from "../engine/engine.ts";
import { chainOf, fromKvRecord, type KeptCache, templateMark } from "../kv-record.ts";
import type { KvRecord, LoadedSession } from "../store/session-record.ts";
import { type Change, type Difference, differences, whatChanged } from "../what-changed.ts";
import { branchInCache } from "./branch-in-cache.ts";

/** What a resume would run with. */
export interface Conditions {
  readonly fingerprint: Readonly<Record<string, string>>;
  /** The model's chat template; where it brings none, those that may stand in. */
  readonly templates: readonly string[];
  /** Tokens; undefined where it depends on the memory. */
  readonly contextSize: number | undefined;
  /** The chat's tokens up to the end of its last answer. */
  readonly said: () => Promise<readonly Token[]>;
}

export interface Reason {
  readonly kind:
    | "never computed"
    | "context smaller"
    | "evicted"
    | Change["kind"]
    | NonNullable<Restorable["obstacle"]>;
  /** A sentence for people. */
  readonly message: string;
}

/** The object that `sessions why --json` prints. A contract: only add to it. */
export interface ResumeReport {
  readonly session: string;
  /** Of the current branch, in the cache when it was kept. */
  readonly tokens: number;
  /** The first so many would be used as they are. */
  readonly reused: number;
  /**
   * The others; where the chat template shows otherwise what was kept, those that it makes of the chat instead.
   */
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
  const found = branchInCache(kept, messages);
  const { tokens: all, lineage } = chainOf(kept);
  // A cache that slides cannot be cut back: it is restored at the very length, or not at all.
  const length = now.fingerprint["sliding window"] ? found : all.length;
  const chain = { fingerprint: now.fingerprint, tokens: all.slice(0, length), lineage };
  const restorable = blocks ? await checkRestore(chain, blocks) : noStore;
  const made = { fingerprint: now.fingerprint, templates: now.templates.map(templateMark) };
  const changes = whatChanged(kept, made);
  const different = differences(kept, made);
  const usable = Math.min(found, restorable.tokens);
  const isBlocked = usable < found && different.length === 0;
  // Many templates show an older answer otherwise than it was generated: without what was thought before it.
  const said = await now.said();
  const erased = totalLength(kept.erased);
  const { reused, again, isOther } = countReused({ said, held: all, erased, restored: restorable.tokens });
  const reasons = [
    ...changes.map(({ kind, words }) => ({ kind, message: asSentence(words) })),
    ...(isBlocked ? [explainObstacle(restorable)] : []),
    ...(isOther && changes.length === 0 ? [notKept(again)] : []),
    ...explainWindow(kept, now),
  ];
  return {
    session: session.name,
    tokens: Math.max(found, reused),
    reused,
    evaluatedAgain: again,
    evicted: kept.evicted,
    differences: different,
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

function explainObstacle({ reason = "", obstacle = "tail missing" }: Restorable): Reason {
  const went = obstacle.endsWith("damaged") ? "" : "; the cache was full, or someone has removed them";
  return { kind: obstacle, message: asSentence(`${reason}${went}`) };
}

function asSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function notKept(again: number): Reason {
  const count = again.toLocaleString("en");
  return {
    kind: "never computed",
    message: `${count} tokens of the chat were not kept so, and are evaluated from the text.`,
  };
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
