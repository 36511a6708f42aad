// llama.cpp's flags for a model of Hugging Face, as pages of models print them: `-hf user/repo:Q4_K_M`, `--hf-repo … --hf-file …`.
import { ExitCode, KvchatError } from "../session/errors.ts";
import { hubUri, isHubUri } from "../session/models/hub-source.ts";
import type { Arguments } from "./settings/read-flags.ts";

type Flags = Arguments["flags"];

/** The flags with the model that these name. Throws KvchatError where another one names it, too. */
export function modelOfHubFlags(flags: Flags): Flags {
  const { "hf-repo": repository, "hf-file": file, ...others } = flags;
  if (repository === undefined && file === undefined) return flags;
  if (repository === undefined) throw wrong("--hf-file names a file, and no --hf-repo where it is.", "Give both.");
  if (flags.model !== undefined) throw wrong("--hf-repo and --model both name a model.", "Give one of them.");
  const uri = isHubUri(repository) ? hubUri(repository) : `hf:${repository}`;
  return { ...others, model: file === undefined ? uri : `${uri.replace(/(?<=\/[^/]*):[^/]*$/, "")}/${file}` };
}

function wrong(message: string, hint: string): KvchatError {
  return new KvchatError(message, { hint, exitCode: ExitCode.usage });
}
