// The caches of an archive's sessions: their records as a save makes them, and files with as much in them as a list reads.
import { blockTokens, chainKeys, keyAt } from "../../../src/cache/block-key.ts";
import type { BlockStore } from "../../../src/cache/block-store.ts";
import { encodeBlock } from "../../../src/cache/kv-block.ts";
import type { Piece } from "../../../src/cache/pieces.ts";
import { toKvRecord } from "../../../src/session/kv-record.ts";
import type { KvRecord, SessionFacts } from "../../../src/session/store/session-record.ts";

/** Of the default model in F16. */
const bytesPerToken = 23_040;
const turns = [20, 70, 120, 170, 220];

const fingerprint = {
  model: "5f".repeat(32),
  "llama.cpp": "v0.5.0",
  "type of K": "f16",
  "type of V": "f16",
  rotation: "on",
  "flash attention": "on",
};

export const facts: SessionFacts = {
  model: "smollm2",
  modelPath: "/models/SmolLM2-135M-Instruct.Q4_1.gguf",
  fingerprint,
  settings: { ctxSize: 4096, window: "turns", keep: 0, cacheTypeK: "f16", cacheTypeV: "f16", flashAttention: "auto" },
  systemPrompt: "Answer in a few words.",
  seed: 1,
};

/** Blocks, and the tail behind them. */
export function piecesOf(tokens: readonly number[]): Piece[] {
  const chain = { fingerprint, tokens };
  const keys = chainKeys(chain);
  const ends = [...keys.blocks.keys()].map((index) => (index + 1) * blockTokens);
  if (tokens.length % blockTokens > 0) ends.push(tokens.length);
  return ends.map((end) => ({
    kind: end % blockTokens === 0 ? "block" : "tail",
    key: keyAt(chain, keys, end),
    tokens: end,
    bytes: (end % blockTokens || blockTokens) * bytesPerToken,
  }));
}

export function kvRecordOf(tokens: readonly number[], pieces: readonly Piece[]): KvRecord {
  const ledger = { whole: tokens, erased: [], turns, head: 20, keep: 0, cached: tokens.length, evicted: 0 };
  const key = pieces.at(-1)?.key ?? "";
  return toKvRecord(ledger, { key, fingerprint, template: "0123456789abcdef", pieces });
}

/** With rows of one value each. */
export async function storePieces(store: BlockStore, all: readonly number[], pieces: readonly Piece[]): Promise<void> {
  const layout = { typeK: "f16", typeV: "f16", layers: [{ k: 2, v: 2 }] } as const;
  let parent = chainKeys({ fingerprint, tokens: [] }).root;
  let firstPosition = 0;
  for (const { kind, key, tokens: end } of pieces) {
    const tokens = all.slice(firstPosition, end);
    const base = { layout, count: tokens.length, bytes: new Uint8Array(tokens.length * 4) };
    await store.write(kind, key, encodeBlock({ parent, firstPosition, tokens, base, slides: false }));
    parent = key;
    firstPosition = end;
  }
}
