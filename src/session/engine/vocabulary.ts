// What makes tokens of a chat and computes nothing: a model's vocabulary, with neither weights nor a context.
import { ExitCode, KvchatError } from "../errors.ts";
import { quoted } from "../models/quoted.ts";
import type { Engine } from "./engine.ts";
import type { LoadedAddon } from "./load-addon.ts";

export type Vocabulary = Pick<Engine, "bosToken" | "tokenize" | "detokenize" | "renderTemplate"> & AsyncDisposable;

export async function openVocabulary({ addon }: LoadedAddon, modelPath: string): Promise<Vocabulary> {
  await addon.init();
  const model = new addon.AddonModel(modelPath, { addonExports: addon, gpuLayers: 0, vocabOnly: true });
  if (!(await model.init())) {
    throw new KvchatError(`llama.cpp cannot read the vocabulary of ${quoted(modelPath)}.`, {
      hint: "The file may be damaged or need a newer llama.cpp.",
      exitCode: ExitCode.notFound,
    });
  }
  return {
    bosToken: model.shouldPrependBosToken() ? model.tokenBos() : undefined,
    tokenize: (text, special) => (text === "" ? [] : Array.from(model.tokenize(text, special))),
    detokenize: (tokens, special) => (tokens.length === 0 ? "" : model.detokenize(Uint32Array.from(tokens), special)),
    renderTemplate: (template, variables) => new addon.AddonJinjaRenderer(template).render(variables),
    [Symbol.asyncDispose]: () => model.dispose(),
  };
}
