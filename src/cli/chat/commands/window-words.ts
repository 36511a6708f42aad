// What each window policy lets go, in words: as a rule, and when the context is nearly full.
import type { WindowPolicyName } from "../../../session/settings.ts";

export const windowWords: Readonly<Record<WindowPolicyName, { readonly rule: string; readonly next: string }>> = {
  turns: { rule: "the oldest turns leave", next: "the oldest turns leave next" },
  sinks: { rule: "the first tokens and the newest stay", next: "the oldest text leaves next" },
  shift: { rule: "the older half leaves", next: "the older half leaves next" },
  stop: { rule: "nothing leaves: answers end when it is full", next: "answers end when it is full" },
};
