import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Config } from "../../../src/cli/settings/config-file.ts";
import { createLayer, environmentLayer } from "../../../src/cli/settings/layers.ts";
import {
  configuredModel,
  gatherSettings,
  layersFor,
  runSettings,
  type SettingSources,
} from "../../../src/cli/settings/resolve-settings.ts";
import { ExitCode, KvchatError } from "../../../src/session/errors.ts";

const model = { path: "/models/tiny.Q4_0.gguf", name: "tiny" };

interface Given {
  flags?: SettingSources["flags"];
  env?: SettingSources["env"];
  values?: Config["values"];
  profiles?: Config["profiles"];
  models?: Config["models"];
}

function gather({ flags = {}, env = {}, values = {}, profiles = {}, models = {} }: Given) {
  return gatherSettings({ flags, env, config: { path: "/c/config.json", values, profiles, models } });
}

const resolveRun = (given: Given, name = "tiny") => runSettings(layersFor(gather(given), name, model), model);
const conversation = (given: Given, name?: string) => resolveRun(given, name).conversation;

function refusal(action: () => unknown): KvchatError {
  try {
    action();
  } catch (error) {
    if (error instanceof KvchatError) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

test("without anything set, only what must have a value has one", () => {
  const settings = Object.entries(conversation({})).filter(([, value]) => value !== undefined);
  expect(Object.fromEntries(settings)).toEqual({
    modelPath: model.path,
    modelName: "tiny",
    batchSize: 512,
    nPredict: -1,
    seed: -1,
    keep: 0,
    cacheTypeK: "f16",
    cacheTypeV: "f16",
    flashAttention: "auto",
    gpu: "auto",
    swaFull: false,
    mmap: true,
    window: "turns",
    systemPrompt: "",
    reasoning: "auto",
  });
});

describe("the highest layer that sets a value decides", () => {
  const places = ["flag", "environment", "profile", "model", "config"] as const;
  const given = (set: readonly (typeof places)[number][], textOf: (place: string) => string): Given => ({
    flags: { profile: "p", ...(set.includes("flag") ? { "top-k": textOf("flag") } : {}) },
    env: set.includes("environment") ? { KVCHAT_TOP_K: textOf("environment") } : {},
    profiles: { p: set.includes("profile") ? { "top-k": textOf("profile") } : {} },
    models: set.includes("model") ? { tiny: { "top-k": textOf("model") } } : {},
    values: set.includes("config") ? { "top-k": textOf("config") } : {},
  });

  test("whichever others set it", () => {
    fc.assert(
      fc.property(fc.subarray([...places], { minLength: 1 }), (set) => {
        const highest = places.find((place) => set.includes(place)) as (typeof places)[number];
        const { topK } = conversation(given(set, (place) => String(places.indexOf(place as "flag") + 1)));
        expect(topK).toBe(places.indexOf(highest) + 1);
      }),
    );
  });

  test("and a wrong value is refused in every one, used or not", () => {
    for (const [place, name] of [
      ["flag", "--top-k"],
      ["environment", "KVCHAT_TOP_K"],
      ["profile", "profiles.p.top-k"],
      ["model", "models.tiny.top-k"],
      ["config", "top-k in"],
    ] as const) {
      const error = refusal(() => gather(given(places, (other) => (other === place ? "many" : "1"))));
      expect(error.message).toContain(name);
      expect(error.message).toContain('cannot be "many"');
      expect(error.exitCode).toBe(ExitCode.usage);
    }
  });
});

describe("the cache types", () => {
  test.each([
    [{ flags: { kv: "q8_0" } }, "q8_0", "q8_0"],
    [{ flags: { kv: "q8_0/q4_0" } }, "q8_0", "q4_0"],
    [{ flags: { "cache-type-k": "q8_0" } }, "q8_0", "f16"],
    [{ flags: { kv: "q8_0", "cache-type-v": "q8_0" } }, "q8_0", "q8_0"],
    [{ flags: { "cache-type-k": "f32" }, values: { kv: "q4_0" } }, "f32", "q4_0"],
    [{ flags: { kv: "f32" }, values: { "cache-type-k": "q4_0", "cache-type-v": "q4_0" } }, "f32", "f32"],
    [{ env: { KVCHAT_KV: "q5_1" }, values: { "cache-type-v": "q4_0" } }, "q5_1", "q5_1"],
  ])("%j gives %s and %s", (given: Given, typeK, typeV) => {
    expect(conversation(given)).toMatchObject({ cacheTypeK: typeK, cacheTypeV: typeV });
  });

  test("of one layer may not contradict each other", () => {
    const { message } = refusal(() => gather({ flags: { kv: "q8_0", "cache-type-v": "f16" } }));
    expect(message).toBe("--kv (q8_0) and --cache-type-v (f16) contradict each other.");
    expect(refusal(() => gather({ values: { kv: "q8_0", "cache-type-k": "f16" } })).exitCode).toBe(ExitCode.usage);
  });
});

describe("names that a model's settings are kept under", () => {
  test.each(["tiny", "TINY", "tiny.Q4_0.gguf", "/models/tiny.Q4_0.gguf", "hf:someone/tiny"])("%s", (name) => {
    expect(conversation({ models: { [name]: { temp: 0.25 } } }, "hf:someone/tiny").temp).toBe(0.25);
  });
  test.each(["other", "tin", "/elsewhere/tiny.Q4_0.gguf"])("not %s", (name) => {
    expect(conversation({ models: { [name]: { temp: 0.25 } } }).temp).toBeUndefined();
  });
});

describe("the model to run", () => {
  test.each([
    [{}, "smollm2"],
    [{ values: { model: "a" } }, "a"],
    [{ values: { model: "a", profile: "p" }, profiles: { p: { model: "b" } } }, "b"],
    [{ values: { model: "a" }, env: { KVCHAT_MODEL: "c" } }, "c"],
    [{ values: { model: "a" }, env: { KVCHAT_MODEL: "" } }, "a"],
  ])("%j gives %s", (given: Given, name) => {
    expect(configuredModel(gather(given))).toBe(name);
  });
});

describe("profiles", () => {
  const profiles = { fast: { temp: 0.1 }, slow: { temp: 0.9 } };
  test.each([
    [{ flags: { profile: "fast" }, env: { KVCHAT_PROFILE: "slow" } }, 0.1],
    [{ env: { KVCHAT_PROFILE: "slow" }, values: { profile: "fast" } }, 0.9],
    [{ values: { profile: "fast" } }, 0.1],
  ])("%j has the temperature %d", (given: Given, temp) => {
    expect(conversation({ ...given, profiles }).temp).toBe(temp);
  });
  test("one that is not there is refused, the nearest named", () => {
    const { message, hint } = refusal(() => gather({ env: { KVCHAT_PROFILE: "fats" }, profiles }));
    expect(message).toBe('There is no profile "fats" (asked for by KVCHAT_PROFILE).');
    expect(hint).toContain('The nearest is "fast"');
  });
  test.each(["__proto__", "constructor", "toString"])("%s is none", (profile) => {
    expect(refusal(() => gather({ flags: { profile } })).exitCode).toBe(ExitCode.usage);
  });
});

test.each([
  [{}, { quiet: false, verbose: false, debug: false }],
  [{ flags: { quiet: "true" } }, { quiet: true, verbose: false, debug: false }],
  [
    { flags: { quiet: "true" }, values: { verbose: true } },
    { quiet: true, verbose: false, debug: false },
  ],
  [
    { flags: { verbose: "true" }, values: { quiet: true } },
    { quiet: false, verbose: true, debug: false },
  ],
  [{ flags: { debug: "true" } }, { quiet: false, verbose: true, debug: true }],
  [
    { flags: { verbose: "false" }, values: { verbose: true } },
    { quiet: false, verbose: false, debug: false },
  ],
])("%j says how much is told", (given: Given, told) => {
  expect(resolveRun(given)).toMatchObject(told);
});

test.each([
  [{ quiet: "true", verbose: "true" }],
  [{ quiet: "true", debug: "true" }],
  [{ "system-prompt": "a", "system-prompt-file": "b" }],
])("%j contradict each other", (flags: Record<string, string>) => {
  expect(refusal(() => gather({ flags })).message).toContain("contradict each other");
});

test("a system prompt of a higher layer replaces a file of a lower one", () => {
  expect(
    conversation({ flags: { "system-prompt": "Hi" }, values: { "system-prompt-file": "/nowhere" } }).systemPrompt,
  ).toBe("Hi");
});

test("words for GPU layers and zero threads leave the choice to the engine", () => {
  expect(conversation({ flags: { "gpu-layers": "auto", threads: "0" } })).toMatchObject({
    gpuLayers: undefined,
    threads: undefined,
  });
  expect(conversation({ flags: { "gpu-layers": "0" } }).gpuLayers).toBe(0);
});

test("unknown keys of the config are refused, the nearest named", () => {
  const { message, hint } = refusal(() => gather({ profiles: { p: { "ctx-sise": 5 } } }));
  expect(message).toContain('"profiles.p.ctx-sise" in "/c/config.json"');
  expect(hint).toContain("profiles.p.ctx-size");
});

test("a layer knows the environment's names", () => {
  expect(environmentLayer({ KVCHAT_CTX_SIZE: "512", KVCHAT_MMAP: "off", KVCHAT_NOTHING: "1" }).values).toEqual({
    "ctx-size": 512,
    mmap: false,
  });
  expect(createLayer("flag", {}, String).values).toEqual({});
});
