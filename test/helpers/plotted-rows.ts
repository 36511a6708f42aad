// Rows of a comparison for its page: all kinds of them, with text that tries to be more than text.
import type { ComparedRow } from "../../src/session/compare/report.ts";
import { comparedRow } from "./compared-rows.ts";

export const hostile =
  'The sky</script><script>globalThis.hacked = true</script><img src=x onerror="hacked = true"> \'&lt;b> <!--';
export const unsupported: ComparedRow = {
  ...comparedRow("q4_1", { loss: 0, bytes: 0 }),
  ...{ status: "unsupported", reason: `no, ${hostile}`, quality: null, speed: [], memory: null, verdict: null },
};
/** The first is the baseline. */
export const plottedRows: readonly ComparedRow[] = [
  comparedRow("f16", { loss: 0, bytes: 23_040 }),
  comparedRow("q8_0", { loss: 0.003, bytes: 12_240, ratio: 0.5 }),
  comparedRow("q8_0", { v: "q4_0", loss: 0.02, bytes: 9360, evicted: 0.03, ratio: 0.31, text: hostile }),
  comparedRow("q4_0", { loss: 0.06, bytes: 6480, ratio: 0.3, text: "The sky" }),
  comparedRow("iq4_nl", { loss: 0.055, bytes: 6480, ratio: 0.29 }),
  unsupported,
];

/** Names of those that have figures. */
export const measuredNames = ["f16", "q8_0", "q8_0/q4_0", "q4_0", "iq4_nl"];
