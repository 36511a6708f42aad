// `/set n-predict N`: the most tokens of one answer; `num_predict` for Ollama.
import type { OtherSetting } from "./other-setting.ts";
import { describeRange, parseSamplingValue } from "./sampling-keys.ts";

const range = { isInteger: true, min: -1, max: 2 ** 31 - 1 };

export const answerLimit: OtherSetting = {
  name: "n-predict",
  otherNames: ["num-predict", "predict"],
  summary: "most tokens of one answer; -1 is no limit",
  value: ({ answerLimit }) => `${answerLimit}`,
  run({ conversation, note, fail }, { value }) {
    const before = conversation.answerLimit;
    const after = parseSamplingValue(range, value);
    if (value === "") note(`n-predict is ${before}`);
    else if (after === undefined) fail(`n-predict cannot be “${value}”`, `Give ${describeRange(range)}.`);
    else {
      conversation.answerLimit = after;
      note(`n-predict ${before} → ${after}, from the next answer on`);
    }
  },
};
