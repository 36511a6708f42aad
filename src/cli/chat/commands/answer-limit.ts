// `/set n-predict N`: the most tokens of one answer; `num_predict` for Ollama.
import type { OtherSetting } from "./other-setting.ts";
import { askedNumber } from "./sampling-keys.ts";

const range = { isInteger: true, min: -1, max: 2 ** 31 - 1 };

export const answerLimit: OtherSetting = {
  name: "n-predict",
  otherNames: ["num-predict", "predict"],
  summary: "most tokens of one answer; -1 is no limit",
  value: ({ answerLimit }) => `${answerLimit}`,
  run(context, { value }) {
    const { conversation, note } = context;
    const before = conversation.answerLimit;
    const after = askedNumber(context, { ...range, name: "n-predict", before }, value);
    if (after === undefined) return;
    conversation.answerLimit = after;
    note(`n-predict ${before} → ${after}, from the next answer on`);
  },
};
