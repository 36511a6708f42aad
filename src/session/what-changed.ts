// Why a cache that was kept cannot be used now: what it was computed with is not what there is.
import type { KeptWith } from "./kv-record.ts";

const words: Record<string, string> = {
  model: "the model file is another one",
  "llama.cpp": "llama.cpp is another release",
};

/** The first thing that is not as it was, in words; undefined where all is. */
export function whatChanged(kept: Omit<KeptWith, "key">, now: Omit<KeptWith, "key">): string | undefined {
  const names = Object.keys({ ...kept.fingerprint, ...now.fingerprint });
  const name = names.find((one) => kept.fingerprint[one] !== now.fingerprint[one]);
  if (name !== undefined) return words[name] ?? `the ${name} was ${kept.fingerprint[name] ?? "not set"}`;
  return kept.template === now.template ? undefined : "the chat template is another one";
}
