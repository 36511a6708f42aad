// llama.cpp's flags for models of Hugging Face name a model as `-m hf:…` does.
import { expect, test } from "vitest";
import { modelOfHubFlags } from "../../src/cli/hub-flags.ts";
import { readFlags } from "../../src/cli/settings/read-flags.ts";
import { knownFlags } from "../../src/cli/settings/run-flags.ts";

const modelOf = (...args: string[]) => modelOfHubFlags(readFlags(args, knownFlags).flags).model;

test.each([
  [["-hf", "user/Some-GGUF"], "hf:user/Some-GGUF"],
  [["-hfr", "user/Some-GGUF:Q8_0"], "hf:user/Some-GGUF:Q8_0"],
  [["--hf-repo=user/Some-GGUF:Q8_0"], "hf:user/Some-GGUF:Q8_0"],
  [["-hf", "hf.co/user/Some-GGUF:Q8_0"], "hf:user/Some-GGUF:Q8_0"],
  [["-hf", "hf:user/Some-GGUF"], "hf:user/Some-GGUF"],
  [["--hf-repo", "user/Some-GGUF", "--hf-file", "some.q4.gguf"], "hf:user/Some-GGUF/some.q4.gguf"],
  [["-hf", "user/Some-GGUF:Q8_0", "-hff", "some.gguf"], "hf:user/Some-GGUF/some.gguf"],
  [["-m", "smollm2"], "smollm2"],
  [["-p", "Hi"], undefined],
])("%j", (args, model) => {
  expect(modelOf(...args)).toBe(model);
});

test.each([
  [["-hf", "user/Some-GGUF", "-m", "smollm2"], "both name a model"],
  [["-hff", "some.gguf"], "no --hf-repo"],
])("%j is refused: %s", (args, message) => {
  expect(() => modelOf(...args)).toThrow(message);
});
