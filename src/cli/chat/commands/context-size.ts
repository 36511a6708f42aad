// `/set ctx-size N`: the chat goes on in a context of another size, with what of its cache is on the disk; `num_ctx` for Ollama.
import { describeResumption } from "../../sessions/session-notices.ts";
import { bytes, count } from "../panels/amounts.ts";
import type { OtherSetting } from "./other-setting.ts";
import { askedNumber } from "./sampling-keys.ts";

const range = { isInteger: true, min: 1, max: 2 ** 31 - 1 };

export const contextSize: OtherSetting = {
  name: "ctx-size",
  otherNames: ["num-ctx"],
  summary: "tokens of context; another size loads the model anew",
  value: (conversation) => `${conversation.usage().contextSize}`,
  async run(context, { value }) {
    const { conversation, note, reopen } = context;
    const before = conversation.usage().contextSize;
    const wanted = askedNumber(context, { ...range, name: "ctx-size", before }, value);
    if (wanted === undefined) return;
    if (wanted === before) return note(`ctx-size is ${before} already`);
    note(`the context goes from ${count(before)} to ${count(wanted)} tokens: the model is loaded anew`);
    const opened = await reopen({ ctxSize: wanted });
    const { contextSize, kv } = opened.usage();
    note(`the context is ${count(contextSize)} tokens now, ${bytes(kv.bytes)} of cache`);
    if (opened.resumption && opened.messages.length > 0) note(describeResumption(opened.resumption));
  },
};
