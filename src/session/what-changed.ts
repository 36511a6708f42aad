// Why a cache that was kept cannot be used now: what it was computed with is not what there is.
import type { KeptWith } from "./kv-record.ts";

type Made = Pick<KeptWith, "fingerprint" | "template">;

/** `before`: what it was. The flags bring back a cache that is as it was. */
const words: Record<string, (before: string) => string> = {
  model: () => "the model file is another one",
  "llama.cpp": () => "llama.cpp is another release",
  "type of K": (before) => `the type of K was ${before}; --cache-type-k ${before} reuses it`,
  "type of V": (before) => `the type of V was ${before}; --cache-type-v ${before} reuses it`,
  "flash attention": (before) => `flash attention was ${before}; --flash-attn ${before} reuses it`,
};

/** The first thing that is not as it was, in words; undefined where all is. */
export function whatChanged(kept: Made, now: Made): string | undefined {
  const names = Object.keys({ ...kept.fingerprint, ...now.fingerprint });
  const name = names.find((one) => kept.fingerprint[one] !== now.fingerprint[one]);
  const before = kept.fingerprint[name ?? ""] ?? "not set";
  if (name !== undefined) return words[name]?.(before) ?? `the ${name} was ${before}`;
  return kept.template === now.template ? undefined : "the chat template is another one";
}
