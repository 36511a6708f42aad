// A kvchat that is killed, whatever it is doing: what it had finished is there, its files are whole, and the chat goes on.
import { expect, test } from "vitest";
import type { ConversationEvent } from "../../src/session/events.ts";
import { runCli, startCli } from "../helpers/run-cli.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const story = Array.from({ length: 12 }, (_, day) => `On day ${day} the ship met ${day * 3} whales.`).join(" ");

function eventsIn(stdout: string): ConversationEvent[] {
  // The last line may be cut.
  const lines = stdout.split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

const types = (stdout: string) => eventsIn(stdout).map(({ type }) => type);
const answers = (stdout: string) => eventsIn(stdout).flatMap((event) => (event.type === "done" ? [event.text] : []));

test.each(["smollm2", "gemma3-270m"])("%s", async (model) => {
  const folder = tempFolder();
  const env = { KVCHAT_DATA_DIR: `${folder}/data`, KVCHAT_CACHE_DIR: `${folder}/cache` };
  const settings = ["--session", "chat", "-m", model, "-t", "1", "-n", "12", "-c", "1024", "--temp", "0"];
  const finished: string[] = [];
  const moments: [string, (stdout: string) => boolean][] = [
    ["in its prompt", (stdout) => types(stdout).includes("prefill")],
    ["in an answer", (stdout) => types(stdout).filter((type) => type === "token").length === 3],
    ["at the end of an answer", (stdout) => answers(stdout).length === 2],
    ["when it is kept", (stdout) => types(stdout).includes("saved")],
  ];
  for (const [moment, isHere] of moments) {
    const cli = startCli(["run", "--turns", "--jsonl", ...settings], { stdin: `${story}\nWhy?\n`, env });
    await cli.waitForStdout(isHere);
    cli.kill("SIGKILL");
    finished.push(...answers((await cli.result).stdout));

    const verified = await runCli(["sessions", "verify", "--json"], { env });
    expect({ moment, ...JSON.parse(verified.stdout) }).toMatchObject({
      moment,
      isWhole: true,
      removed: [],
      database: [],
    });
    const exported = JSON.parse((await runCli(["sessions", "export", "chat", "--format", "json"], { env })).stdout);
    const said: string[] = exported.messages
      .filter((message: { role: string }) => message.role === "assistant")
      .map((message: { content: string }) => message.content);
    expect({ moment, said }).toEqual({ moment, said: expect.arrayContaining(finished) });
  }
  expect(finished.length).toBeGreaterThan(2);
  const { code, stdout, stderr } = await runCli(["run", "--json", ...settings], { stdin: "And then?", env });
  expect({ code, damage: /damaged|checksum/.test(stderr) }).toEqual({ code: 0, damage: false });
  expect(JSON.parse(stdout).tokens.reused).toBeGreaterThan(0);
});
