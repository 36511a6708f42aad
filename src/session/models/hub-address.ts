// From a model's URI (`hf:user/repo:Q4_K_M`, `hf:user/repo/file.gguf`, https) to the address of its file, as node-llama-cpp and
// llama.cpp find it (node-llama-cpp, utils/parseModelUri.ts): by Hugging Face's manifest where no file is named.
import { SourceError } from "./source-error.ts";

/** Sends what a host needs to know beside the address; rejects where it cannot be reached. */
export type Ask = (address: string, headers?: Record<string, string>) => Promise<Response>;

/** MODEL_ENDPOINT and HF_ENDPOINT name another host that speaks like Hugging Face; it ends in a slash. */
export function hubEndpoint(env: NodeJS.ProcessEnv): string {
  const named = [env.MODEL_ENDPOINT, env.HF_ENDPOINT].find((text) => text && URL.canParse(text));
  const endpoint = named ?? "https://huggingface.co/";
  return endpoint.endsWith("/") ? endpoint : `${endpoint}/`;
}

/** The address of the (first) file of the model that `uri` means. Throws a SourceError with a clause for people. */
export async function hubAddress(uri: string, endpoint: string, ask: Ask): Promise<string> {
  if (/^https?:/i.test(uri)) return uri;
  const [user, repository = "", ...path] = uri.replace(/^(hf|huggingface):(\/\/)?/i, "").split("/");
  if (!user || !repository) throw new SourceError("a URI is written hf:user/repository:quantisation");
  const [name = "", tag] = repository.split(":");
  if (path.length > 0 && tag === undefined) return fileAddress(endpoint, [user, name], path.join("/"));
  return fileAddress(endpoint, [user, name], await fileInManifest(endpoint, [user, name, tag || "latest"], ask));
}

function fileAddress(endpoint: string, repository: string[], file: string): string {
  const [path = "", branch = "main"] = file.split("#");
  const parts = [...repository, "resolve", branch, ...path.split("/")];
  return endpoint + parts.map(encodeURIComponent).join("/");
}

async function fileInManifest(endpoint: string, [user, name, tag]: string[], ask: Ask): Promise<string> {
  const parts = ["v2", user, name, "manifests", tag] as string[];
  // The name of the file is told to llama.cpp alone (llama.cpp, pull request 11195).
  const response = await ask(endpoint + parts.map(encodeURIComponent).join("/"), { "User-Agent": "llama-cpp" });
  const manifest = (await response.json().catch(() => undefined)) as { ggufFile?: { rfilename?: unknown } } | undefined;
  const file = manifest?.ggufFile?.rfilename;
  if (typeof file !== "string") throw new SourceError("its manifest names no GGUF file");
  return file;
}
