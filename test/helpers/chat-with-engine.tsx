// Runs the chat on a conversation over an engine without a model, in a real terminal: the script is JSON in FAKE_CHAT.
import { showChat } from "../../src/cli/chat/show-chat.tsx";
import { KvchatError } from "../../src/session/errors.ts";
import { openFakeChat } from "./fake-engine.ts";

/** Each question gets the next answer, of so many tokens at most. */
const { answers, nPredict = -1 }: { answers: string[]; nPredict?: number } = JSON.parse(process.env.FAKE_CHAT ?? "{}");
/** Of K and V. */
let type = "f16";

process.exitCode = await showChat({
  modelName: "fake",
  firstPrompt: "",
  earlier: [],
  isPlain: true,
  isForScreenReader: false,
  isCalm: false,
  bellSeconds: 0,
  isQuiet: false,
  signal: new AbortController().signal,
  stdin: process.stdin,
  stdout: process.stdout,
  openChat: async ({ onEvent }, reopening) => {
    const { cacheTypeK = type } = reopening?.settings ?? {};
    onEvent({ type: "loading", stage: "model", fraction: 0.5 });
    if (cacheTypeK === "f32") throw new KvchatError("There is no memory for that.", { hint: "Use a smaller type." });
    type = cacheTypeK;
    const parts = { nPredict, typeK: type, typeV: type, transcript: reopening?.handed.transcript };
    const { chat, engine } = openFakeChat({ facts: { contextSize: 2048 }, parts });
    engine.answers.push(...answers);
    return chat;
  },
});
process.exit();
