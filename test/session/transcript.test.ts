// The turns of a chat: what the model is to see of them, and what people see.
import { expect, test } from "vitest";
import { Transcript } from "../../src/session/transcript.ts";
import { answerMessage } from "../../src/session/turn.ts";

const generated = { tokens: [1], text: "", lead: "" };

function twoTurns(systemPrompt = ""): Transcript {
  const transcript = new Transcript(systemPrompt);
  transcript.begin("One?").answer = answerMessage({ content: "1.", thinking: "Hm.", generated });
  transcript.begin("Two?");
  return transcript;
}

test("the model sees all turns, the one without an answer too", () => {
  expect(twoTurns().prompt).toMatchObject([
    { role: "user", content: "One?", thinking: "" },
    { role: "assistant", content: "1.", thinking: "Hm.", generated },
    { role: "user", content: "Two?" },
  ]);
});

test("the system prompt comes first, unless it is blank", () => {
  expect(twoTurns("Be brief.").prompt[0]).toEqual({ role: "system", content: "Be brief.", thinking: "" });
  expect(twoTurns(" \n").prompt[0]?.role).toBe("user");
});

test("people see turns that have left the window, the model does not", () => {
  const transcript = twoTurns();
  const [first] = transcript.turns;
  if (first) first.evicted = true;
  expect(transcript.prompt.map(({ content }) => content)).toEqual(["Two?"]);
  expect(transcript.turnsInWindow).toEqual([transcript.turns[1]]);
  expect(transcript.messages).toEqual([
    { role: "user", content: "One?", thinking: "", evicted: true },
    { role: "assistant", content: "1.", thinking: "Hm.", evicted: true },
    { role: "user", content: "Two?", thinking: "", evicted: false },
  ]);
});
