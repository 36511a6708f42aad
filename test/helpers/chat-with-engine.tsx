// Runs the chat on a conversation over an engine without a model, in a real terminal: the script is JSON in FAKE_CHAT.
import { showChat } from "../../src/cli/chat/show-chat.tsx";
import { openFakeChat } from "./fake-engine.ts";

/** Each question gets the next answer, of so many tokens at most. */
const { answers, nPredict = -1 }: { answers: string[]; nPredict?: number } = JSON.parse(process.env.FAKE_CHAT ?? "{}");

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
  openChat: async () => {
    const { chat, engine } = openFakeChat({ facts: { contextSize: 2048 }, parts: { nPredict } });
    engine.answers.push(...answers);
    return chat;
  },
});
process.exit();
