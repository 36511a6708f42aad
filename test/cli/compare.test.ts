// `kvchat compare` on a real model: figures that must hold, every form of output, and what is refused with words.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ComparedRow, ComparisonReport } from "../../src/session/compare/report.ts";
import { runCli, startCli } from "../helpers/run-cli.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const small = ["compare", "smollm2", "--ctx-size", "64", "--chunks", "1", "-t", "1", "--gpu", "off"];

function rowOf({ rows }: ComparisonReport, k: string): ComparedRow {
  const row = rows.find((candidate) => candidate.k === k);
  if (!row) throw new Error(`there is no row of ${k}`);
  return row;
}

test("f16 is as f16, q4_0 is not, and the better one is saved for the model", async () => {
  const config = tempFolder();
  const page = join(config, "page.html");
  const args = [...small, "--types", "q4_0", "--rounds", "1", "--depth", "160", "--json", "--save", "--html", page];
  const { code, stdout, stderr } = await runCli(args, { env: { KVCHAT_CONFIG_DIR: config } });
  expect(stderr).toContain(`Wrote ${page}\nSet models.smollm2.kv.`);
  expect(readFileSync(page, "utf8").match(/<div class="plot" id="\w+">/g)).toHaveLength(4);
  expect(code).toBe(0);
  const report: ComparisonReport = JSON.parse(stdout);
  expect(report).toMatchObject({
    schema: 1,
    complete: true,
    model: { name: "smollm2", architecture: "llama" },
    machine: { threads: 1 },
    baseline: "f16/f16",
    text: { source: "built-in", tokens: 80, contextSize: 64, chunks: 1, topTokens: 4096 },
    gpu: "CPU",
    rotation: true,
    recommended: "f16/f16",
  });
  expect(report.rows.map(({ k, v, status, reason }) => [k, v, status, reason])).toEqual([
    ["f16", "f16", "ok", null],
    ["q4_0", "q4_0", "ok", null],
  ]);

  const same = rowOf(report, "f16");
  const none = { mean: 0, stderr: 0, median: 0, p90: 0, p99: 0, max: 0 };
  const identical = { kld: none, missing: 0, topAgreement: 1, perplexityRatio: 1, perplexityRatioError: 0 };
  expect(same.quality).toMatchObject({ ...identical, tokens: 31, firstDivergence: null });
  expect(same.quality?.afterEviction).toMatchObject({ ...identical, tokens: 15 });
  expect(same.memory).toMatchObject({ bytesPerToken: 23_040, bytesAtContext: 23_040 * 256 });
  expect(same.verdict).toBe("the same as the baseline");

  const worse = rowOf(report, "q4_0");
  expect(worse.memory).toMatchObject({ bytesPerToken: 6480, bytesAtContext: 6480 * 256 });
  expect(worse.memory?.maxContext).toBeGreaterThan(same.memory?.maxContext ?? Number.POSITIVE_INFINITY);
  const { kld, missing, perplexity, afterEviction } = worse.quality ?? {};
  expect(kld?.mean).toBeGreaterThan(0.01);
  expect(kld?.max).toBeGreaterThanOrEqual(kld?.p99 ?? Number.POSITIVE_INFINITY);
  expect(missing).toBeGreaterThan(0);
  expect(perplexity).toBeGreaterThan(1);
  expect(afterEviction?.kld.mean).toBeGreaterThan(0);
  expect(worse.speed.map(({ depth }) => depth)).toEqual([160]);
  for (const { prefillRatio, decodeRatio, spread } of worse.speed) {
    expect(spread).toEqual({ prefill: [prefillRatio, prefillRatio], decode: [decodeRatio, decodeRatio] });
  }
  expect(JSON.parse(readFileSync(join(config, "config.json"), "utf8"))).toEqual({ models: { smollm2: { kv: "f16" } } });
});

test("quality is the same figures each time, also of a model with sliding windows", async () => {
  const args = [...small.with(1, "gemma3-270m"), "--types", "q8_0", "--rounds", "0", "--json"];
  const [one, other] = [await runCli(args), await runCli(args)].map(
    ({ stdout }) => JSON.parse(stdout) as ComparisonReport,
  );
  const quality = (report?: ComparisonReport) => report?.rows.map(({ status, quality }) => ({ status, quality }));
  expect(quality(one)).toMatchObject([{ quality: { kld: { mean: 0 } } }, { status: "ok" }]);
  expect(one?.rows[1]?.quality?.kld.mean).toBeGreaterThan(0);
  expect(quality(other)).toEqual(quality(one));
});

test("a pair that cannot run is a row with its reason, one that cannot shift has no figures past an eviction", async () => {
  const args = [...small, "--types", "q8_0,bf16/f16", "--rounds", "0", "--flash-attn", "off"];
  const { code, stdout } = await runCli(args);
  expect(code).toBe(0);
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^K\/V +KL div\. +± +evicted +top-1 +PPL +read +write +B\/token$/);
  expect(lines[1]).toMatch(/^f16 +0 +0 +0 +100% +x1\.000 +23,040$/);
  expect(lines[3]).toBe("q8_0");
  expect(lines[4]).toBe("    unsupported: A q8_0 cache for V needs flash attention, which --flash-attn");
  expect(stdout).toMatch(/^bf16\/f16 +0\.\d+ +0\.\d+ +\d+\.\d+% +x\d\.\d+ +23,040$/m);
  expect(lines.filter((line) => [...line].length > 80)).toEqual([]);
});

test("Ctrl-C keeps the rows that are done", async () => {
  const child = startCli([...small, "--types", "q8_0,q4_0", "--rounds", "1", "--depth", "0"]);
  await child.waitForStdout((text) => text.includes("the same as the baseline"));
  child.kill("SIGINT");
  const { code, stdout } = await child.result;
  expect(code).toBe(130);
  expect(stdout).toMatch(/^f16 +0 /m);
  expect(stdout).toContain("Stopped: rows are missing.");
});

describe("says what is wrong with", () => {
  const refused = (...args: string[]) => runCli(["compare", "smollm2", "--gpu", "off", ...args]);
  test.each([
    [["--types", "q9"], '--types cannot be "q9"'],
    [["--depth", "x"], '--depth cannot be "x"'],
    [["--max-kld", "-1"], '--max-kld cannot be "-1"'],
    [["--json", "--csv"], "--json and --csv contradict each other"],
    [["--text", "a", "--session", "b"], "--text and --session contradict each other"],
    [["--text", "none.txt"], 'The file "none.txt" cannot be read: ENOENT'],
    [["--session", "none"], 'There is no session "none"'],
  ])("%j", async (args, message) => {
    const { code, stderr, stdout } = await refused(...args);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([message.startsWith("There is no session") ? 3 : 2, ""]);
  });

  test.each([
    ["an empty text", "", "There is no text to compare with."],
    ["a text of less than a chunk", "Too short a text.", "tokens, and a chunk takes 64."],
    ["bytes that are no text", "a\0b", "The piped text is no text: it holds NUL bytes."],
  ])("%s", async (_, stdin, message) => {
    const { code, stderr } = await runCli([...small, "--text", "-"], { stdin });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
