// `kvchat inspect` as a user runs it: on a chat model, on what is none, and on one that is not here.

import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { bar, stackedBar } from "../../src/cli/bar.ts";
import { ExitCode } from "../../src/session/errors.ts";
import type { InspectReport } from "../../src/session/inspect/inspect-report.ts";
import { chatGguf, ggufBytes, type WriterValue } from "../helpers/gguf-writer.ts";
import { runCli } from "../helpers/run-cli.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

async function inspected(...args: string[]): Promise<InspectReport> {
  const { code, stdout, stderr } = await runCli(["inspect", ...args, "--json"]);
  expect({ code, stderr }).toEqual({ code: ExitCode.done, stderr: "" });
  return JSON.parse(stdout);
}

function modelFile(changes: Record<string, WriterValue | undefined>, architecture = "llama"): string {
  const path = join(tempFolder(), "model.gguf");
  writeFileSync(path, ggufBytes(chatGguf(changes, architecture)));
  return path;
}

/** Heads of 80 values: no quantised row is a whole number of blocks. */
const oddHeads = { "llama.embedding_length": 160 };

describe("--json", () => {
  test("of the default model", async () => {
    const { schema, model, kv, memory, machine, largestContext } = await inspected();
    expect(schema).toBe(1);
    expect(model).toMatchObject({
      architecture: "llama",
      layers: 30,
      heads: 9,
      kvHeads: new Array(30).fill(3),
      headSizeK: 64,
      attention: { full: 30, sliding: 0 },
      contextTrained: 8192,
      weightBytes: 98_362_432,
      notForChat: null,
    });
    expect(kv).toMatchObject({ typeK: "f16", typeV: "f16", exact: true, bytesPerToken: 23_040 });
    expect(Object.fromEntries(kv.types.map(({ type, bytesPerToken }) => [type, bytesPerToken]))).toMatchObject({
      f16: 23_040,
      q8_0: 12_240,
      q4_0: 6480,
    });
    expect(memory.map(({ contextSize }) => contextSize)).toEqual([4096, 8192, 32_768, 131_072]);
    expect(memory[0]).toMatchObject({ kvBytes: 4096 * 23_040, totalBytes: 98_362_432 + 4096 * 23_040 });
    const free = machine.ramFreeBytes + machine.vramFreeBytes - 98_362_432 - 2 ** 29;
    expect(largestContext.free).toBe(Math.floor(free / (256 * 23_040)) * 256);
  });

  test("of a window, a mixed cache and a context of one's own", async () => {
    const { model, kv, memory } = await inspected("gemma3-270m", "--kv", "q8_0/q4_0", "-c", "20000");
    expect(model).toMatchObject({ slidingWindow: 512, attention: { full: 3, sliding: 15 } });
    const layer = (256 * (34 + 18)) / 32;
    expect(kv).toMatchObject({ bytesPerToken: 18 * layer, bytesPerTokenPastWindow: 3 * layer });
    expect(memory.find(({ contextSize }) => contextSize === 20_000)?.kvBytes).toBe((15 * 1024 + 3 * 20_224) * layer);
  });

  test("of settings that hold for `kvchat run`, too", async () => {
    const { stdout } = await runCli(["inspect", "--json"], { env: { KVCHAT_KV: "q4_0", KVCHAT_CTX_SIZE: "1000" } });
    const { kv, memory } = JSON.parse(stdout) as InspectReport;
    expect([kv.typeK, memory[0]?.contextSize]).toEqual(["q4_0", 1000]);
  });

  test("of what is no chat model", async () => {
    const { model, kv } = await inspected(modelFile({ "tokenizer.ggml.tokens": undefined }));
    expect(model.notForChat).toContain("no tokenizer");
    expect(kv.bytesPerToken).toBe(2 * 8 * 2 * 2);
  });

  test("of types that do not fit", async () => {
    const { kv } = await inspected(modelFile(oddHeads));
    const fitting = kv.types.filter(({ misfit }) => misfit === null).map(({ type }) => type);
    expect(fitting).toEqual(["f32", "f16", "bf16"]);
    expect(kv.types.find(({ type }) => type === "q8_0")).toEqual({
      type: "q8_0",
      bytesPerToken: null,
      misfit: "head size 80 is no multiple of 32",
    });
  });

  test("of an address, and of a name in the catalogue that is not here", async () => {
    const bytes = ggufBytes(chatGguf());
    const server = createServer(({ url }, response) => {
      response.end(url?.includes("/manifests/") ? JSON.stringify({ ggufFile: { rfilename: "q.gguf" } }) : bytes);
    });
    server.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => void server.close());
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const address = `${root}/tiny.gguf`;
    expect((await inspected(address)).model).toMatchObject({
      name: "Tiny",
      source: address,
      weightBytes: bytes.length,
    });

    const env = { KVCHAT_MODELS_DIR: tempFolder(), HF_ENDPOINT: root };
    const { stdout } = await runCli(["inspect", "qwen3-4b", "--json"], { env });
    const { model } = JSON.parse(stdout) as InspectReport;
    expect(model.name).toBe("Tiny");
    expect(model.source).toMatch(/^http:.*\/resolve\/main\/q\.gguf$/);
  });
});

describe("for people", () => {
  test("bars in 80 columns, without colours", async () => {
    const { stdout } = await runCli(["inspect", "gemma3-270m"]);
    expect(stdout).not.toContain("\u001b");
    const lines = stdout.split("\n").filter((line) => !line.startsWith("from "));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const barOf = (label: RegExp) => lines.find((line) => label.test(line))?.match(/[█▏▎▍▌▋▊▉]+/)?.[0].length;
    expect([barOf(/^ {2}f32 /), barOf(/^ \*f16 /), barOf(/^ {2}q4_0 /)]).toEqual([40, 20, 6]);
    expect(stdout).toContain("512 tokens in 15 layers, the whole context in 3");
  });

  test("a name with control characters is made visible", async () => {
    const { stdout } = await runCli(["inspect", modelFile({ "general.name": "Tiny\u001b[31m" })]);
    expect(stdout).toContain("Tiny␛[31m");
  });

  test("a hybrid's state, a cache that does not grow, and figures that are a guess", async () => {
    const own = (architecture: string, keys: Record<string, WriterValue>) =>
      modelFile(
        Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${architecture}.${key}`, value])),
        architecture,
      );
    const mamba = own("mamba2", { "ssm.inner_size": 64, "ssm.state_size": 16, "attention.head_count": 0 });
    const { stdout } = await runCli(["inspect", mamba]);
    expect(stdout).toContain("2 recurrent with 8 KiB of state");
    expect(stdout).toContain("any context");
    expect((await runCli(["inspect", own("deepseek4", {})])).stdout).toContain("rough guide");
  });
});

describe("is refused with words", () => {
  test.each([
    [["--kv", "q9"], ExitCode.usage, "--kv cannot be"],
    [["--ctx-size", "many"], ExitCode.usage, "--ctx-size cannot be"],
    [["nothing-like-it"], ExitCode.notFound, "There is no model named"],
    [["./missing.gguf"], ExitCode.notFound, "There is no model file"],
  ])("%j", async (args, code, message) => {
    const result = await runCli(["inspect", ...args]);
    expect([result.code, result.stdout]).toEqual([code, ""]);
    expect(result.stderr).toContain(message);
    expect(result.stderr.trimEnd().split("\n")).toHaveLength(2);
  });

  test("a type that does not fit the model", async () => {
    const { code, stderr } = await runCli(["inspect", modelFile(oddHeads), "--kv", "q8_0"]);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("Types that fit: f32, f16, bf16.");
  });
});

describe("bars", () => {
  test.each([
    [0, ""],
    [0.0001, "▏"],
    [0.5, "██"],
    [0.53, "██▏"],
    [1, "████"],
    [7, "████"],
  ])("%d of four columns", (fraction, expected) => expect(bar(fraction, 4)).toBe(expected));

  test.each<[[number, number], string]>([
    [[0, 0], ""],
    [[0.5, 0.5], "▒▒▒▒▒█████"],
    [[0.9, 0.001], "▒▒▒▒▒▒▒▒▒█"],
    [[0.001, 0.9], "▒████████"],
  ])("parts of %j of ten columns", (parts, expected) => expect(stackedBar(parts, 10)).toBe(expected));
});
