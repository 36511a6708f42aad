// What a chat template is told of thinking, by the names that templates know: `enable_thinking` (Qwen 3, SmolLM3, GLM, Gemma 4),
// `thinking` (DeepSeek, Granite), `reasoning_effort` (gpt-oss, Mistral). As llama.cpp's --reasoning, which tells the first alone.

export const reasoningChoices = ["on", "off", "auto"] as const;
export type Reasoning = (typeof reasoningChoices)[number];

/** Nothing for `auto`: the template decides as it was written. */
export function reasoningVariables(source: string, reasoning: Reasoning = "auto"): Record<string, unknown> {
  if (reasoning === "auto") return {};
  const thinks = reasoning === "on";
  const effort = reasoningEffort(source, thinks);
  return { enable_thinking: thinks, thinking: thinks, ...(effort !== undefined && { reasoning_effort: effort }) };
}

/** Some know no effort, as Mistral's, and think none unless told to; others, as gpt-oss's, think in any case, and then least. */
function reasoningEffort(source: string, thinks: boolean): string | undefined {
  if (!source.includes("reasoning_effort")) return undefined;
  if (knowsNone(source)) return thinks ? "high" : "none";
  return thinks ? undefined : "low";
}

/** Whether thinking can be made short at best. */
export function canOnlyThinkLess(source: string): boolean {
  return source.includes("reasoning_effort") && !knowsNone(source) && !source.includes("enable_thinking");
}

function knowsNone(source: string): boolean {
  return /(["'])none\1/.test(source);
}
