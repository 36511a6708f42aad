// Chats of any turns, each of which may be stopped, left or failed anywhere: the next one is answered as if nothing had been.
import fc from "fast-check";
import { expect, test } from "vitest";
import { take } from "../helpers/conversation.ts";
import { openFakeChat } from "../helpers/fake-engine.ts";

type FakeChat = ReturnType<typeof openFakeChat>;

interface Command {
  readonly kind: "undo" | "clear" | "system";
}

interface PlayedTurn {
  readonly kind: "send" | "regenerate";
  readonly text: string;
  readonly answer: string;
  readonly end: Ending;
}

/** How a turn ends: by itself, or stopped, left or failed at its n-th event. */
interface Ending {
  readonly how: "itself" | "stop" | "leave" | "prefill" | "sample" | "decode";
  readonly at: number;
}

const words = fc.integer({ min: 1, max: 30 }).map((count) => "word ".repeat(count).trim());
const step: fc.Arbitrary<Command | PlayedTurn> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("undo" as const, "clear" as const, "system" as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom("send" as const, "send" as const, "regenerate" as const),
      text: words,
      answer: words.map((text) => text.repeat(3)),
      end: fc.record({
        how: fc.constantFrom<Ending["how"]>("itself", "itself", "stop", "leave", "prefill", "sample", "decode"),
        at: fc.nat(40),
      }),
    }),
  },
);

async function play({ engine, chat }: FakeChat, next: Command | PlayedTurn): Promise<void> {
  if (next.kind === "undo") chat.undo();
  else if (next.kind === "clear") chat.clear();
  else if (next.kind === "system") chat.setSystemPrompt(chat.systemPrompt === "" ? "Be brief." : "");
  else if ("end" in next && (next.kind === "send" || chat.messages.length > 0)) await playTurn({ engine, chat }, next);
}

async function playTurn(
  { engine, chat }: Pick<FakeChat, "engine" | "chat">,
  { kind, text, answer, end }: PlayedTurn,
): Promise<void> {
  engine.answers.splice(0, engine.answers.length, answer);
  const abort = new AbortController();
  const turn = kind === "send" ? chat.send(text, abort.signal) : chat.regenerate(abort.signal);
  let left = end.at;
  try {
    for await (const event of turn) {
      if (event.type === "done") expect(event.tokens.prompt).toBe(event.tokens.reused + event.tokens.evaluated);
      if (left-- > 0) continue;
      if (end.how === "leave") return;
      if (end.how === "stop") abort.abort();
      else if (end.how !== "itself") engine.failure ??= end.how;
    }
  } catch (error) {
    expect(String(error)).toContain("llama_decode failed");
  } finally {
    engine.failure = undefined;
  }
}

test("whatever happens to turns, the next one is answered from the whole question, and the cache is the ledger's", async () => {
  const options = fc.record({
    policy: fc.constantFrom("turns" as const, "sinks" as const, "shift" as const),
    canShift: fc.boolean(),
    keep: fc.constantFrom(0, -1, 60),
  });
  await fc.assert(
    fc.asyncProperty(options, fc.array(step, { maxLength: 10 }), async ({ policy, canShift, keep }, steps) => {
      const fake = openFakeChat({ policy, facts: { canShift }, parts: { keep } });
      for (const next of steps) await play(fake, next);
      const { engine, chat, cached } = fake;
      engine.answers.splice(0, engine.answers.length, "Yes.");
      expect((await take(chat.send("Are you well?"))).done).toMatchObject({ text: "Yes.", stopReason: "stop" });
      expect(cached().endsWith("user\nAre you well?<|im_end|>\n<|im_start|>assistant\nYes.")).toBe(true);
      expect(engine.cells).toHaveLength(chat.usage().used);
      expect(chat.messages.at(-1)).toMatchObject({ content: "Yes.", evicted: false });
    }),
    { numRuns: 300 },
  );
});
