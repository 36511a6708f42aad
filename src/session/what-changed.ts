// Why a cache that was kept cannot be used now: what it was computed with is not what there is. The one place for its words.
import type { Fingerprint } from "../cache/block-key.ts";
import type { KeptWith } from "./kv-record.ts";

export interface MadeWith {
  readonly fingerprint: Fingerprint;
  /** `templateMark`s of the chat templates that may be used. */
  readonly templates: readonly string[];
}

/** A component of the fingerprint, such as `type of K`, that is not as it was. */
export interface Difference {
  readonly what: string;
  readonly was: string | null;
  readonly now: string | null;
}

export interface Change {
  readonly kind: "model changed" | "engine changed" | "cache changed" | "template changed";
  /** For people; a part of a sentence. The flags bring back a cache that is as it was. */
  readonly words: string;
}

type Kept = Pick<KeptWith, "fingerprint" | "template">;

const otherModel: Change = { kind: "model changed", words: "the model file is another one" };
const otherTemplate: Change = { kind: "template changed", words: "the chat template is another one" };
const flags: Readonly<Record<string, string>> = {
  "type of K": "--cache-type-k",
  "type of V": "--cache-type-v",
  "flash attention": "--flash-attn",
};

export function differences({ fingerprint: was }: Kept, { fingerprint: now }: MadeWith): Difference[] {
  const names = Object.keys({ ...was, ...now }).filter((name) => was[name] !== now[name]);
  return names.map((what) => ({ what, was: was[what] ?? null, now: now[what] ?? null }));
}

/** Another model is reason enough: all else may differ with it. */
export function whatChanged(kept: Kept, now: MadeWith): Change[] {
  const different = differences(kept, now);
  if (different.some(({ what }) => what === "model")) return [otherModel];
  const changes = different.map(describe);
  return now.templates.includes(kept.template) ? changes : [...changes, otherTemplate];
}

function describe({ what, was }: Difference): Change {
  const before = was ?? "not set";
  if (what === "llama.cpp") return { kind: "engine changed", words: `the release of llama.cpp was ${before}` };
  const flag = flags[what];
  const wayBack = flag && was !== null ? `; ${flag} ${was} reuses it` : "";
  return { kind: "cache changed", words: `the ${what} was ${before}${wayBack}` };
}
