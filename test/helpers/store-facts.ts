// What the sessions of tests are begun with; apart from the rest, so that child processes load nothing else.
import type { SessionFacts } from "../../src/session/store/session-record.ts";

export const facts: SessionFacts = {
  model: "tiny",
  modelPath: "/models/tiny.gguf",
  fingerprint: { weights: "abc", release: "b1" },
  settings: { ctxSize: 4096, cacheTypeK: "q8_0", temp: 0 },
  systemPrompt: "Be brief.",
  seed: 7,
};
