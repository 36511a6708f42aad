// Ten sessions on one document of 2,000 tokens: what their caches take on disk, and what the second one still evaluates.
import { blockTokens } from "../../../src/cache/block-key.ts";
import { commonPrefixLength } from "../../../src/cache/prefix.ts";
import { SessionStore } from "../../../src/session/store/session-store.ts";
import type { MakeTrial } from "../field.ts";
import { shortSystemPrompt, someWords } from "../workload.ts";
import { ChatProcess, type Told } from "./chat-process.ts";
import { blocksIn, longChatContext, tokensOf } from "./long-chat.ts";
import { bytesWritten, filesIn } from "./written-bytes.ts";

const sessions = 10;
const documentWords = 2000;
const questionWords = 40;

export const sharedPrefix: MakeTrial = ({ workload, kvchat }) => {
  let round = 0;
  return {
    name: "shared-prefix",
    rounds: 1,
    measure: async (signal) => {
      const program = kvchat.apart(`shared-${round++}`);
      const document = someWords(documentWords, round);
      const flags = ["-m", workload.modelPath, "-t", workload.threads, "-c", longChatContext, "-n", 16, "--temp", 0];
      const told: Told[] = [];
      for (let session = 0; session < sessions; session++) {
        const chat = ["run", "--session", `s${session}`, "-sys", `${shortSystemPrompt}\n${document}`, ...flags];
        await using process = new ChatProcess(program.with(...chat, "--turns", "--jsonl"), signal);
        told.push(await process.ask(someWords(questionWords, 1000 + session)));
      }
      using store = new SessionStore(program.data);
      const caches = told.map((_, session) => tokensOf(store, store.find(`s${session}`).id));
      const [first = [], second = []] = caches;
      const shared = commonPrefixLength(first, second);
      const { kv, tokens } = (told[1] as Told).done;
      const bytesPerToken = kv.bytes / kv.contextSize;
      const own = caches.reduce((sum, cache) => sum + cache.length - shared, 0) * bytesPerToken;
      const onDisk = bytesWritten(new Map(), await filesIn([blocksIn(program)]));
      return [
        {
          name: "shared-prefix",
          unit: "MB",
          comparison: "ratio",
          kvchat: (onDisk - own) / 2 ** 20,
          other: { name: "one document", figure: (shared * bytesPerToken) / 2 ** 20 },
          bound: { side: "at most", value: 1.15 },
        },
        {
          name: "evaluated",
          unit: "tokens",
          comparison: "difference",
          kvchat: tokens.evaluated,
          other: { name: "its own text", figure: tokens.prompt - shared },
          bound: { side: "at most", value: blockTokens - 1 },
        },
      ];
    },
  };
};
