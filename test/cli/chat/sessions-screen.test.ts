// Sessions in the chat, in a real pseudo-terminal with a scripted conversation: what is drawn, where, and what is left on screen.
import { describe, expect, test } from "vitest";
import type { KeptMessage, Resumption } from "../../../src/session/conversation-api.ts";
import { bun, TerminalSession } from "../../helpers/terminal.ts";

interface Script {
  earlier?: KeptMessage[];
  earlierTimes?: number;
  resumption?: Partial<Resumption>;
  session?: string;
  others?: Record<string, KeptMessage[]>;
  answers?: { text: string }[];
  firstPrompt?: string;
}

function chat(script: Script, size: { columns?: number; rows?: number } = {}): TerminalSession {
  const env = { FAKE_CHAT: JSON.stringify(script), NODE_ENV: "production" };
  return new TerminalSession({ file: bun, args: ["test/helpers/chat-with-fake.tsx"], env, ...size });
}

const told = { thinking: "", evicted: false, state: "complete" } as const;
function turn(question: string, answer: string, more: Partial<KeptMessage> = {}): KeptMessage[] {
  return [
    { ...told, role: "user", content: question, stopReason: null, evicted: more.evicted ?? false },
    { ...told, role: "assistant", content: answer, stopReason: "stop", ...more },
  ];
}

const allBack = { reused: 97, again: 0 };

describe("a resumed chat", () => {
  test("is drawn as it was before the prompt, and says what came back", async () => {
    const earlier = [
      ...turn("first", "One.", { evicted: true }),
      ...turn("second", "Two.", { thinking: "Hm." }),
      ...turn("third", "Thr", { state: "partial", stopReason: null }),
    ];
    const resumption = { reused: 97, again: 1234, reason: "the type of K was f16" };
    using session = chat({ earlier, resumption, session: "trip", answers: [{ text: "Four." }] });
    const screen = await session.waitFor("resumed: ");
    expect(screen).toMatch(
      new RegExp(
        [
          "^› first",
          "",
          "One.",
          "",
          "· the turn above left the window: the model no longer sees it",
          "",
          "› second",
          "",
          "┊ Hm.",
          "",
          "Two.",
          "",
          "› third",
          "",
          "Thr",
          "",
          "· cut off when the process ended; /continue goes on",
          "· resumed: 97 tokens reused, 1,234 to be evaluated again: the type of K was f16",
          "",
          "›",
          "Goes on where it ended .*",
          "Fake-135M-Instruct · CPU · .* · trip$",
        ].join("\n"),
        "m",
      ),
    );
    session.type("fourth\r");
    await session.waitFor(/› fourth\n\nFour\.\n\n/);
    session.type("\u001b[A\u001b[A");
    await session.waitFor(/› third\nEnter sends/);
  });

  test("gets a question that was never answered back into the input", async () => {
    const earlier = [
      ...turn("first", "One."),
      { ...told, role: "user", content: "second\nline", stopReason: null } as const,
    ];
    using session = chat({ earlier, resumption: { ...allBack, unanswered: "second\nline" }, session: "trip" });
    const screen = await session.waitFor("› second\n  line\nEnter sends");
    expect(screen.match(/second/g)).toHaveLength(1);
  });

  test("is there before a prompt of the command line is said", async () => {
    const firstPrompt = "and then?";
    using session = chat({ earlier: turn("first", "One."), resumption: allBack, session: "trip", firstPrompt });
    await session.waitFor(/One\.\n\n· resumed: 97 tokens reused\n\n› and then\?\n\nI have nothing to say\./);
  });

  test("of 5,000 messages is in the scrollback whole, and can be typed under meanwhile", async () => {
    const script = { earlier: turn("q#", "a# 蓝色的天空"), earlierTimes: 2500, resumption: allBack, session: "trip" };
    using session = chat(script, { columns: 40, rows: 10 });
    await session.waitFor("› q");
    session.type("typed meanwhile");
    await session.waitFor((screen) => screen.includes("resumed: 97") && screen.includes("› typed meanwhile"));
    // The emulator keeps ten thousand lines: four for each turn.
    const kept = session.text().match(/^(› q|a)\d+/gm) ?? [];
    expect(kept).toEqual(
      Array.from({ length: 2500 }, (_, index) => [`› q${index}`, `a${index}`])
        .flat()
        .slice(-kept.length),
    );
    expect(kept.length).toBeGreaterThan(4900);
  });
});

describe("the status", () => {
  test("leaves the name out where there is no room", async () => {
    using session = chat({ session: "a-name-that-is-long" }, { columns: 40, rows: 10 });
    const screen = await session.waitFor("12/512");
    expect(screen).not.toContain("a-name-that-is-long");
  });

  test("follows a new name, and a copy", async () => {
    using session = chat({ session: "trip" });
    await session.waitFor(/· trip$/m);
    session.type("/save 旅行 👩‍💻\r");
    await session.waitFor(/KV .* · 旅行 👩‍💻$/m);
    session.type("/fork by sea\r");
    await session.waitFor(/KV .* · by sea$/m);
  });
});

test("/resume draws the other chat, and what cannot be done is told in place", async () => {
  using session = chat({ session: "trip", others: { rome: turn("Where?", "Here.") } });
  await session.waitFor(/· trip$/m);
  session.type("/resume paris\r");
  await session.waitFor('There is no session "paris".\nNone was saved yet.');
  session.type("/resume rome\r");
  await session.waitFor(
    /· goes on with "rome"\n\n› Where\?\n\nHere\.\n\n· resumed: 40 tokens reused\n\n›\nGoes on .*\nFake.* · rome$/m,
  );
});

test("/resume alone opens a list in place of the input, and Esc leaves all as it was", async () => {
  using session = chat({ session: "trip", others: { rome: turn("Where?", "Here."), paris: turn("When?", "Now.") } });
  await session.waitFor(/· trip$/m);
  session.type("/resume\r");
  const screen = await session.waitFor("› rome ");
  expect(screen).toMatch(/^Go on with:\n› rome .*\n {2}paris .*\n─+\n {2}…\n2 · arrows move/m);
  session.type("\u001b");
  await session.waitFor(/\n›\n[\s\S]*· trip$/m);
  session.type("/resume\r");
  await session.waitFor("› rome ");
  session.type("par\r");
  await session.waitFor(/· goes on with "paris"\n\n› When\?\n\nNow\./);
});

test("a chat that is ended while a list is open ends", async () => {
  using session = chat({ session: "trip", others: { rome: turn("Where?", "Here.") } });
  await session.waitFor(/· trip$/m);
  session.type("/resume\r");
  await session.waitFor("› rome ");
  session.kill("SIGTERM");
  await session.exit;
  expect(session.modes()).toEqual({ isCursorShown: true, pastesInBrackets: false, wrapsLines: true });
});

describe("after leaving", () => {
  test("a line tells how to go on", async () => {
    using session = chat({ session: "my trip", answers: [{ text: "One." }] });
    await session.waitFor(/· my trip$/m);
    session.type("first\r");
    await session.waitFor("One.");
    session.type("\u0004");
    expect(await session.exit).toMatchObject({ exitCode: 0 });
    expect(session.text().trimEnd()).toMatch(/One\.\nTo go on: kvchat run --resume 'my trip'$/);
    expect(session.modes()).toEqual({ isCursorShown: true, pastesInBrackets: false, wrapsLines: true });
  });

  test.each<[string, Script, string]>([
    ["an empty chat", { session: "trip" }, "\u0004"],
    ["a chat that is not kept", { answers: [{ text: "One." }], firstPrompt: "first" }, "\u0004"],
  ])("%s says nothing", async (_name, script, keys) => {
    using session = chat(script);
    await session.waitFor(script.firstPrompt ? /41\.2 t/ : "12/512");
    session.type(keys);
    await session.exit;
    expect(session.text()).not.toContain("To go on");
  });
});
