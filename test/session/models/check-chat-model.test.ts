import { chmodSync, closeSync, mkdirSync, openSync, readSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExitCode, KvchatError } from "../../../src/session/errors.ts";
import { checkChatModel } from "../../../src/session/models/check-chat-model.ts";
import { readModelFacts } from "../../../src/session/models/model-facts.ts";
import { chatGguf, type GgufContent, ggufBytes } from "../../helpers/gguf-writer.ts";
import { gemma3Path, smollm2Path } from "../../helpers/models.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

async function refusalOf(path: string): Promise<KvchatError> {
  const error = await checkChatModel(path).then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(KvchatError);
  expect(error.exitCode).toBe(ExitCode.notFound);
  expect(`${error.message}${error.hint}`).not.toContain("\n");
  expect(error.hint).not.toBe("");
  return error;
}

function write(content: Buffer | string, name = "model.gguf"): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, content);
  return path;
}

describe("what is no model file", () => {
  test.each([
    ["text", "Once upon a time\n", "a text file"],
    ["a web page", "<!DOCTYPE html><html><body>Log in</body></html>", "a web page"],
    ["JSON", '{"error":"not found"}', "a JSON file"],
    ["a git-lfs pointer", "version https://git-lfs.example/spec/v1\noid sha256:00\nsize 9\n", "git-lfs pointer"],
    ["a zip", Buffer.from("PK\u0003\u0004rest"), "zip archive"],
    ["safetensors", Buffer.concat([Buffer.from([20, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{"a":{}}')]), "safetensors"],
    ["zeros", Buffer.alloc(4096), "zeros"],
    ["bytes of any kind", Buffer.from([1, 2, 3, 4, 250, 251]), "a binary file"],
    ["four bytes", "GGUF", "inside its header"],
  ])("%s", async (_, content, said) => {
    expect((await refusalOf(write(content))).message).toContain(said);
  });

  test("an empty file", async () => {
    expect((await refusalOf(write(""))).message).toContain("is empty");
  });

  test("a missing file names the nearest one", async () => {
    const path = write(ggufBytes(chatGguf()), "smollm2.gguf");
    expect((await refusalOf(path.replace("smollm2", "smolm2"))).hint).toContain("smollm2.gguf");
    expect((await refusalOf(path.replace(".gguf", ""))).hint).toContain("smollm2.gguf");
    expect((await refusalOf(join(path, "..", "quite another name"))).hint).not.toContain("smollm2.gguf");
  });

  test("a missing folder, a file as a folder, strange names", async () => {
    const file = write("x");
    expect((await refusalOf("/no/such/folder/m.gguf")).message).toContain("the folder does not exist");
    await refusalOf(join(file, "m.gguf"));
    await refusalOf(join(tempFolder(), "two\nlines\u001b[31m.gguf"));
    await refusalOf(join(tempFolder(), "x".repeat(400)));
    await refusalOf("with\u0000zero");
    expect((await refusalOf("/dev/null")).message).toContain("not a regular file");
  });

  test("links that lead nowhere", async () => {
    const folder = tempFolder();
    const [dangling, circle] = [join(folder, "dangling.gguf"), join(folder, "circle.gguf")];
    symlinkSync(join(folder, "gone"), dangling);
    symlinkSync(circle, circle);
    expect((await refusalOf(dangling)).message).toContain("a link to a file that is not there");
    expect((await refusalOf(circle)).message).toContain("its links go in a circle");
  });

  test("a folder names the model in it", async () => {
    const folder = tempFolder();
    expect((await refusalOf(folder)).message).toContain("it is a folder");
    writeFileSync(join(folder, "only.gguf"), "x");
    expect((await refusalOf(folder)).hint).toContain("only.gguf");
    writeFileSync(join(folder, "second.gguf"), "x");
    expect((await refusalOf(folder)).hint).toContain("one of the 2");
  });

  test("a file without the right to read it", async () => {
    const path = write(ggufBytes(chatGguf()));
    chmodSync(dirname(path), 0o755);
    chmodSync(path, 0);
    const error = await withoutRoot(() => refusalOf(path));
    expect(error.message).toContain("permission denied");
  });
});

/** Root may read everything: the superuser's tests act as another user for a moment. */
async function withoutRoot<T>(act: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await act();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe("a sound GGUF that does not chat", () => {
  const tensors = chatGguf().tensors;
  test.each<[string, GgufContent, string]>([
    ["bert", chatGguf({}, "bert"), "an embedding model"],
    ["nomic-bert-moe", chatGguf({}, "nomic-bert-moe"), "an embedding model"],
    ["t5encoder", chatGguf({}, "t5encoder"), "an embedding model"],
    ["pooling", chatGguf({ "qwen3.pooling_type": 3 }, "qwen3"), "an embedding model"],
    ["attention both ways", chatGguf({ "llama.attention.causal": false }), "an embedding model"],
    ["a projector", chatGguf({}, "clip"), "projector"],
    ["a projector by type", chatGguf({ "general.type": "mmproj" }), "projector"],
    ["an adapter", chatGguf({ "general.type": "adapter" }), "adapter"],
    ["an old adapter", chatGguf({ "general.type": undefined, "adapter.type": "lora" }), "adapter"],
    ["an importance matrix", chatGguf({ "general.type": "imatrix" }), "importance matrix"],
    ["a vocabulary", { ...chatGguf(), tensors: [] }, "vocabulary only"],
    ["nothing", {}, "no weights"],
    ["no architecture", { tensors }, "architecture"],
    ["no tokenizer", chatGguf({ "tokenizer.ggml.tokens": undefined }), "no tokenizer"],
    ["no layers", chatGguf({ "llama.block_count": 0 }), "damaged"],
    ["four billion layers", chatGguf({ "llama.block_count": 4_294_967_295 }), "damaged"],
    ["no context", chatGguf({ "llama.context_length": undefined }), "damaged"],
  ])("%s", async (_, content, said) => {
    expect((await refusalOf(write(ggufBytes(content)))).message).toContain(said);
  });

  test("version 1 and big-endian", async () => {
    expect((await refusalOf(write(ggufBytes({ ...chatGguf(), version: 1 })))).message).toContain("version 1");
    expect((await refusalOf(write(ggufBytes({ ...chatGguf(), version: 0x03000000 })))).message).toContain("big-endian");
  });
});

describe("a file that is not whole", () => {
  test("says how much of it is there", async () => {
    const bytes = ggufBytes(chatGguf());
    const error = await refusalOf(write(bytes.subarray(0, bytes.length - 10)));
    expect(error.message).toContain(`${bytes.length - 10} of ${bytes.length} bytes`);
  });

  test("is refused wherever a real model is cut", async () => {
    const source = openSync(await smollm2Path(), "r");
    const path = join(tempFolder(), "cut.gguf");
    await fc
      .assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 3_000_000 }), async (length) => {
          const bytes = Buffer.alloc(length);
          readSync(source, bytes, 0, length, 0);
          writeFileSync(path, bytes);
          await refusalOf(path);
        }),
        { numRuns: 40 },
      )
      .finally(() => closeSync(source));
  });
});

describe("a split model", () => {
  function writeParts(folder: string, count: number): string[] {
    return Array.from({ length: count }, (_, no) => {
      const split = { "split.no": { type: "u16", value: no }, "split.count": { type: "u16", value: count } } as const;
      const content = no === 0 ? chatGguf(split) : { metadata: split, tensors: [{ name: `t${no}`, shape: [8] }] };
      const path = join(folder, `tiny-0000${no + 1}-of-0000${count}.gguf`);
      writeFileSync(path, ggufBytes(content));
      return path;
    });
  }

  test("counts all parts, whichever is named", async () => {
    const [first = "", second = "", third = ""] = writeParts(tempFolder(), 3);
    for (const named of [first, second, third]) {
      const facts = await checkChatModel(named);
      expect(facts).toMatchObject({ path: first, parts: 3, parameters: 24 + 8 + 8, name: "Tiny" });
    }
  });

  test("misses a part", async () => {
    const folder = tempFolder();
    const [first = "", second = ""] = writeParts(folder, 3);
    mkdirSync(join(folder, "elsewhere"));
    renameSync(second, join(folder, "elsewhere", "part"));
    const error = await refusalOf(first);
    expect(error.message).toContain("part 2 of 3 is missing");
    expect(error.message).toContain("tiny-00002-of-00003.gguf");
  });

  test("is refused under a name that does not say which part it is", async () => {
    const [first = ""] = writeParts(tempFolder(), 2);
    const renamed = first.replace("tiny-00001-of-00002", "renamed");
    renameSync(first, renamed);
    expect((await refusalOf(renamed)).message).toContain("part 1 of 2");
  });
});

describe("the facts", () => {
  test("name no special token that the vocabulary does not have", async () => {
    const content = chatGguf({ "tokenizer.ggml.bos_token_id": 2, "tokenizer.ggml.eos_token_id": 3 });
    const facts = await checkChatModel(write(ggufBytes(content)));
    expect([facts.vocabularySize, facts.bosTokenId, facts.eosTokenId]).toEqual([3, 2, undefined]);
  });

  test("of SmolLM2", async () => {
    const facts = await checkChatModel(await smollm2Path());
    expect(facts).toMatchObject({
      architecture: "llama",
      contextTrained: 8192,
      layers: 30,
      heads: 9,
      kvHeads: new Array(30).fill(3),
      headSizeK: 64,
      headSizeV: 64,
      embeddingLength: 576,
      vocabularySize: 49_152,
      slidingWindow: 0,
      recurrent: false,
      bosTokenId: 1,
      eosTokenId: 2,
      sampling: {},
      parts: 1,
      fileBytes: 98_362_432,
    });
    expect(facts.chatTemplate).toContain("<|im_start|>");
  });

  test("of Gemma 3", async () => {
    const facts = await checkChatModel(await gemma3Path());
    expect(facts).toMatchObject({
      architecture: "gemma3",
      contextTrained: 32_768,
      layers: 18,
      kvHeads: new Array(18).fill(1),
      headSizeK: 256,
      slidingWindow: 512,
      vocabularySize: 262_144,
    });
  });

  test("of heads that differ by layer, and of sampling that the file names", async () => {
    const content = chatGguf({
      "llama.attention.head_count_kv": [1, 0],
      "llama.attention.key_length": 16,
      "general.sampling.temp": { type: "f32", value: 0.5 },
      "general.sampling.top_k": { type: "i32", value: 20 },
      "general.sampling.penalty_repeat": { type: "f32", value: 1.25 },
    });
    const facts = await readModelFacts(write(ggufBytes(content)));
    expect(facts.kvHeads).toEqual([1, 0]);
    expect(facts.headSizeK).toBe(16);
    expect(facts.headSizeV).toBe(4);
    expect(facts.sampling).toEqual({ temperature: 0.5, topK: 20, repeatPenalty: 1.25 });
  });

  test("of recurrent and hybrid models", async () => {
    const hybrid = chatGguf({ "newarch.ssm.state_size": 16 }, "newarch");
    expect((await readModelFacts(write(ggufBytes(hybrid)))).recurrent).toBe(true);
    expect((await readModelFacts(write(ggufBytes(chatGguf({}, "mamba2"))))).recurrent).toBe(true);
    expect((await readModelFacts(write(ggufBytes(chatGguf())))).recurrent).toBe(false);
  });
});
