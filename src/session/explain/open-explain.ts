// Opens a model with two contexts, one whose cache stays and one whose cache is cleared, just large enough for what is asked.
import { bytesPerToken, heldBytes } from "../../cache/budget.ts";
import { openModel } from "../engine/llama.ts";
import { loadAddon } from "../engine/load-addon.ts";
import { freeMemory } from "../engine/machine.ts";
import { ExitCode, KvchatError } from "../errors.ts";
import { checkChatModel } from "../models/check-chat-model.ts";
import { kvShape } from "../models/kv-shape.ts";
import { planEngine } from "../plan-engine.ts";
import type { ConversationSettings } from "../settings.ts";
import type { Measured } from "./measure.ts";

export interface ExplainOptions {
  readonly settings: ConversationSettings;
  /** Plain text, without the model's chat template. */
  readonly prompt: string;
  readonly steps: number;
  readonly signal?: AbortSignal;
}

export interface OpenedExplain extends AsyncDisposable {
  readonly measured: Measured;
  readonly backend: string;
  readonly bytesPerToken: number;
  detokenize(tokens: readonly number[]): string;
}

/** Tokens that a model may put around a text. */
const mostAdded = 16;

/** Throws KvchatError where the model, the prompt, or the memory does not allow it. */
export async function openExplain({ settings, prompt, steps, signal }: ExplainOptions): Promise<OpenedExplain> {
  const facts = await checkChatModel(settings.modelPath);
  const shape = kvShape(facts);
  const config = { ...settings, typeK: settings.cacheTypeK, typeV: settings.cacheTypeV };
  const llama = loadAddon(settings.gpu);
  // A token is at least a byte of text.
  const enough = Buffer.byteLength(prompt) + mostAdded + steps;
  const ctxSize = Math.min(settings.ctxSize || enough, enough);
  const plan = planEngine(facts, shape, { ...settings, ctxSize }, freeMemory(llama));
  const options = { ...config, ...plan, modelPath: facts.path, architecture: facts.architecture };
  await using stack = new AsyncDisposableStack();
  const model = stack.use(await openModel(llama, { ...options, multiRope: facts.multiRope, shape, signal }));
  const cached = stack.use(await model.openContext(options));
  const uncached = stack.use(await model.openContext(options));
  const start = cached.bosToken === undefined ? [] : [cached.bosToken];
  const tokens = [...start, ...cached.tokenize(prompt, false)];
  requireRoom(tokens.length, steps, plan.contextSize);
  const opened = stack.move();
  return {
    measured: { cached, uncached, prompt: tokens, steps, heldBytes: (length) => heldBytes(shape, config, length) },
    backend: cached.facts.backend,
    bytesPerToken: bytesPerToken(shape, config),
    detokenize: (written) => cached.detokenize(written, true),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function requireRoom(promptTokens: number, steps: number, contextSize: number): void {
  if (promptTokens === 0) {
    throw new KvchatError("The prompt is empty: there is nothing to go on from.", {
      hint: 'Give one, such as: kvchat explain smollm2 "The sky is blue because"',
      exitCode: ExitCode.usage,
    });
  }
  // The last token is chosen, and never evaluated.
  if (promptTokens + steps - 1 <= contextSize) return;
  const [prompt, size] = [promptTokens, contextSize].map((tokens) => tokens.toLocaleString("en"));
  throw new KvchatError(
    `A prompt of ${prompt} tokens and ${steps} steps do not fit in the context of ${size} tokens.`,
    {
      hint: "Use fewer steps (-n), a shorter prompt, or a larger KVCHAT_CTX_SIZE.",
      exitCode: ExitCode.outOfRoom,
    },
  );
}
