// What turns write: blocks, tail, record and words, without the rows of the tail that was there before and is written anew, against
// the KV bytes of their new tokens. States of a moment lie in memory and do not count.
import { blockTokens } from "../../../src/cache/block-key.ts";
import type { KvType } from "../../../src/cache/types.ts";
import type { MakeTrial } from "../field.ts";
import { someWords } from "../workload.ts";
import { ChatProcess } from "./chat-process.ts";
import { blocksIn, longChat } from "./long-chat.ts";
import { bytesWritten, filesIn } from "./written-bytes.ts";

/** Words of each turn. All of them stay in the window: what an eviction has touched is kept under other names. */
const turns = [60, 120, 20, 150, 200, 40, 90];

/** One process, so that its log still holds all that went into it. */
export function turnBytes(type: KvType): MakeTrial {
  return async (field) => {
    const chat = await longChat(field, type);
    const { data } = chat.kvchat;
    const blocks = blocksIn(chat.kvchat);
    return {
      name: "turn-bytes",
      rounds: 1,
      measure: async (signal) => {
        const fork = chat.fork();
        await using process = new ChatProcess(fork.resumed("--turns", "--jsonl", "-n", 16), signal);
        // What opening a session writes belongs to no turn.
        let { tokens } = (await process.ask(someWords(20, 99))).saved;
        let before = await filesIn([data, blocks]);
        let written = 0;
        let fresh = 0;
        for (const [index, words] of turns.entries()) {
          const { saved, done } = await process.ask(someWords(words, 100 + index));
          const after = await filesIn([data, blocks]);
          const bytesPerToken = done.kv.bytes / done.kv.contextSize;
          written += bytesWritten(before, after) - (tokens % blockTokens) * bytesPerToken;
          fresh += (saved.tokens - tokens) * bytesPerToken;
          before = after;
          tokens = saved.tokens;
        }
        return [
          {
            name: `turn-bytes ${type}`,
            unit: "MB",
            comparison: "ratio",
            kvchat: written / 2 ** 20,
            other: { name: "new tokens", figure: fresh / 2 ** 20 },
            bound: { side: "at most", value: 1.3 },
          },
        ];
      },
    };
  };
}
