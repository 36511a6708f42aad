// What a conversation is made of.
import type { WindowPolicyName } from "../cache/window/index.ts";
import type { CachePolicy } from "../cache/window/policy.ts";
import type { CacheCosts } from "./cache-cost.ts";
import type { Engine } from "./engine/engine.ts";
import type { ConversationEvent } from "./events.ts";
import type { KvKeeper } from "./kv-keeper.ts";
import type { ModelFacts } from "./models/model-facts.ts";
import type { Recorder } from "./recorder.ts";
import type { Sampling } from "./sampling.ts";
import type { ChatTemplate } from "./template-contents.ts";
import type { Transcript } from "./transcript.ts";

export interface ConversationParts {
  readonly engine: Engine;
  readonly template: ChatTemplate;
  readonly policy: CachePolicy;
  readonly policyName: WindowPolicyName;
  /** The model's name, as the user knows it. */
  readonly model: string;
  /** What its file tells; absent in a conversation over an engine without a model. */
  readonly modelFacts?: ModelFacts;
  readonly typeK: string;
  readonly typeV: string;
  /** Bytes of the cache that so many tokens take. */
  readonly heldBytes: (tokens: number) => number;
  /** What the cache would take with other types. */
  readonly costs?: CacheCosts;
  readonly notices: readonly string[];
  readonly sampling: Sampling;
  readonly systemPrompt: string;
  readonly keep: number;
  readonly nPredict: number;
  readonly loadMs: number;
  /** Keeps the cache; absent where that is of no use, as in tests of other things. */
  readonly keeper?: KvKeeper;
  /** Keeps the words; absent with --no-save. */
  readonly recorder?: Recorder;
  /** What was said before, where that comes neither from the store nor from an earlier process. */
  readonly transcript?: Transcript;
  /** Gets what happens between turns. */
  readonly onEvent?: (event: ConversationEvent) => void;
}
