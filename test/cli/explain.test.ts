// `kvchat explain` as a user runs it: a table in a pipe, a plot on a terminal, JSON, a page, and a stop.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { columnChart } from "../../src/cli/explain/column-chart.ts";
import { htmlPage } from "../../src/cli/explain/html-page.ts";
import { agreement } from "../../src/cli/explain/summary.ts";
import { ExitCode } from "../../src/session/errors.ts";
import type { ExplainReport } from "../../src/session/explain/explain-report.ts";
import { explanation } from "../helpers/explanation.ts";
import { cleanEnvironment, mainPath, runCli, startCli } from "../helpers/run-cli.ts";
import { tempFolder } from "../helpers/temp-folder.ts";
import { bun, TerminalSession } from "../helpers/terminal.ts";

const oneThread = { KVCHAT_THREADS: "1" };
const explain = (...args: string[]) => runCli(["explain", ...args], { env: oneThread });
const short = ["smollm2", "Once upon a", "-n", "5"];

describe("in a pipe", () => {
  test("a line a step, then totals, all in 80 columns", async () => {
    const { code, stdout, stderr } = await explain(...short);
    expect({ code, stderr }).toEqual({ code: ExitCode.done, stderr: "" });
    expect(stdout).not.toContain("\u001b");
    const lines = stdout.split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const rows = lines.flatMap((line) => {
      const cells = /^ +(\d+) +"(.*)" +(\d+) +[\d.,]+ ms +(\d+) +[\d.,]+ ms +(\S+ \S+)$/.exec(line);
      return cells ? [cells.slice(1)] : [];
    });
    expect(rows.map(([step, , without, withCache]) => [step, without, withCache].map(Number))).toEqual([
      [1, 3, 3],
      [2, 4, 1],
      [3, 5, 1],
      [4, 6, 1],
      [5, 7, 1],
    ]);
    expect(stdout).toMatch(/^tokens computed +25 +7 +3\.6 to 1$/m);
    expect(stdout).toMatch(/^ +by the formula +25 +7$/m);
    expect(stdout).toContain("Both ways chose the same 5 tokens.");
  });

  test("--json", async () => {
    const { stdout } = await runCli(["explain", ...short, "--json"], { env: { ...oneThread, KVCHAT_KV: "q8_0" } });
    const report: ExplainReport = JSON.parse(stdout);
    expect(report).toMatchObject({
      schema: 1,
      model: "smollm2",
      prompt: "Once upon a",
      promptTokens: 3,
      stopped: false,
      kv: { typeK: "q8_0", typeV: "q8_0", bytesPerToken: 12_240 },
      without: { computedTokens: 25, formulaTokens: 25 },
      with: { computedTokens: 7, formulaTokens: 7 },
    });
    expect(report.with.steps.map(({ cacheBytes }) => cacheBytes)).toEqual([3, 4, 5, 6, 7].map((n) => n * 12_240));
    expect(report.text).toMatch(/\S/);
  });
});

test("on a terminal the plot is drawn over itself, and fits it", async () => {
  const root = tempFolder();
  const env = { ...cleanEnvironment(root), ...oneThread, CI: undefined, NO_COLOR: "1" };
  using session = new TerminalSession({ file: bun, args: [mainPath, "explain", ...short], inherits: false, env });
  expect((await session.exit).exitCode).toBe(ExitCode.done);
  const lines = session.everything();
  const titles = lines.filter((line) => line.startsWith("smollm2: 3 tokens of prompt"));
  expect(titles).toEqual(["smollm2: 3 tokens of prompt, 5 steps"]);
  expect(lines.filter((line) => line.startsWith("Tokens whose K and V"))).toHaveLength(1);
  expect(lines.find((line) => line.startsWith("without"))).toMatch(/█+ +7, in all 25$/);
  expect(lines.find((line) => line.startsWith("with "))).toMatch(/[▁▂▃▄▅▆▇█]+ +1, in all 7$/);
  const sequences = session.bytes.split("\u001b").slice(1);
  expect(sequences.filter((text) => !/^\[(\d+A|J)/.test(text))).toEqual([]);
});

test.each([
  ["SIGINT", ExitCode.interrupted],
  ["SIGTERM", ExitCode.terminated],
] as const)("%s keeps what is done and exits %i", async (signal, code) => {
  const page = join(tempFolder(), "page.html");
  const cli = startCli(["explain", "smollm2", "Once upon a", "-n", "200", "--html", page], { env: oneThread });
  await cli.waitForStdout((stdout) => /^ +3 +"/m.test(stdout));
  cli.kill(signal);
  const result = await cli.result;
  expect(result.code).toBe(code);
  expect(result.stdout).toMatch(/^Stopped after \d+ steps\.$/m);
  expect(result.stdout).toMatch(/^tokens computed /m);
  expect(readFileSync(page, "utf8")).toContain("</html>");
});

describe("the page", () => {
  test("is one file that asks for nothing, with a chart for each quantity", async () => {
    const page = join(tempFolder(), "page.html");
    const { stderr } = await explain(...short, "--html", page);
    expect(stderr).toBe(`Wrote ${page}\n`);
    const html = readFileSync(page, "utf8");
    expect(html).toMatch(/content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[\w+/]{43}='"/);
    expect(html.match(/<div class="plot"/g)).toHaveLength(4);
    expect(html.match(/<tr><th scope="row">\d+</g)).toHaveLength(5);
    expect(html).toContain("Once upon a");
    expect(html.length).toBeLessThan(1_000_000);
  });

  test("a stop before the first step still makes one", () => {
    expect(htmlPage(explanation(0, { stopped: true }))).toContain("No step was done.");
  });

  test("ways that part are told, and why", () => {
    const report = explanation(3, { firstDifference: 3 });
    expect(agreement(report)).toContain("The ways part at token 3");
    expect(htmlPage(report)).toContain("The ways part at token 3");
  });
});

describe("is refused with words", () => {
  test.each([
    [["smollm2", ""], ExitCode.usage, "The prompt is empty"],
    [["Why is the sky blue?"], ExitCode.usage, "the first argument names the model"],
    [["-n", "0"], ExitCode.usage, '-n cannot be "0"'],
    [["-n", "many"], ExitCode.usage, '-n cannot be "many"'],
    [["nothing-like-it"], ExitCode.notFound, "There is no model named"],
    [[...short, "--html", "/no/such/folder/page.html"], ExitCode.usage, "Cannot write the page"],
  ])("%j", async (args, code, message) => {
    const result = await explain(...args);
    expect([result.code, result.stdout]).toEqual([code, ""]);
    expect(result.stderr).toContain(message);
    expect(result.stderr.trimEnd().split("\n")).toHaveLength(2);
  });

  test("more steps than the context holds", async () => {
    const { code, stderr } = await runCli(["explain", "-n", "300"], { env: { ...oneThread, KVCHAT_CTX_SIZE: "256" } });
    expect(code).toBe(ExitCode.outOfRoom);
    expect(stderr).toContain("5 tokens and 300 steps");
  });
});

describe("a chart of columns", () => {
  const size = { rows: 2, columns: 4, most: 16, expected: 4 };
  test.each<[number[], Partial<typeof size>, string[]]>([
    [[16, 8, 1, 0], {}, ["█   ", "██▁ "]],
    [[12, 12], { expected: 2 }, ["▄▄▄▄", "████"]],
    [[12], { expected: 2 }, ["▄▄", "██"]],
    [[16, 0, 8, 8, 16, 16, 8, 8], { expected: 8 }, ["  █ ", "████"]],
    [[], {}, ["", ""]],
  ])("of %j with %j", (values, changes, expected) => {
    expect(columnChart(values, { ...size, ...changes })).toEqual(expected);
  });
});
