// What `/set` knows of a setting that is not about how tokens are chosen.
import type { Conversation } from "../../../session/conversation-api.ts";
import type { CommandContext } from "./slash-command.ts";

export interface OtherSetting {
  readonly name: string;
  /** How others call it, with dashes for underscores. */
  readonly otherNames: readonly string[];
  readonly summary: string;
  value(conversation: Conversation): string;
  /** `name` is one of its names, `value` what follows that; empty: its value is asked for. */
  run(context: CommandContext, typed: { readonly name: string; readonly value: string }): void | Promise<void>;
}
