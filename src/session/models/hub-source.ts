// A model from Hugging Face or any https address. The download itself is node-llama-cpp's and handed in, so that naming
// and checking models needs no engine.
import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { SourceOptions } from "./pip-source.ts";
import { SourceError } from "./source-error.ts";

/** Downloads `uri` into `dir`, all parts of a split model, and returns the path of the (first) file. */
export type DownloadHub = (
  uri: string,
  options: { dir: string; onProgress?: SourceOptions["onProgress"]; signal?: AbortSignal },
) => Promise<string>;

const hubPage = /^(https?:\/\/)?(www\.)?(hf\.co|huggingface\.co)\//i;

/** True for what `hubUri` makes a model's URI or address of. */
export function isHubUri(name: string): boolean {
  return /^(hf|huggingface):|^https?:\/\//i.test(name) || hubPage.test(name);
}

/** A page of the hub, as Ollama and browsers write it (`hf.co/user/repo:Q4_K_M`), as an `hf:` URI; other names as they are. */
export function hubUri(name: string): string {
  const [start] = hubPage.exec(name) ?? [];
  if (start === undefined) return name;
  const parts = name
    .slice(start.length)
    .replace(/[?#].*$/, "")
    .split("/")
    .filter((part) => part !== "");
  const [user = "", repository = "", view = "", branch = "main", ...file] = parts;
  if (view === "resolve" && start.startsWith("http")) return name;
  const paths: Record<string, string[]> = { resolve: file, blob: file, tree: [] };
  const path = [user, repository, ...(paths[view] ?? parts.slice(2))].filter((part) => part !== "").join("/");
  return `hf:${path}${view in paths && file.length > 0 && branch !== "main" ? `#${branch}` : ""}`;
}

/** True for an `hf:` URI that names a user and a repository. */
export function isHubName(uri: string): boolean {
  const parts = uri.replace(/^(hf|huggingface):(\/\/)?/i, "").split("/");
  return parts.length >= 2 && parts.slice(0, 2).every((part) => /^\w[\w.-]*(:[^:]*)?$/.test(part));
}

/** The name, without `.gguf`, that a model from `uri` has in the models folder. */
export function hubFileStem(uri: string): string {
  if (/^https?:/i.test(uri)) {
    const path = URL.canParse(uri) ? new URL(uri).pathname : uri;
    const hash = createHash("sha256").update(uri).digest("hex").slice(0, 8);
    return `${plainName(stem(basename(path)))}.${hash}`;
  }
  return plainName(`hf_${stem(uri.replace(/^(hf|huggingface):(\/\/)?/i, ""))}`);
}

function stem(name: string): string {
  return name.replace(/(-\d{5}-of-\d{5})?\.gguf$/i, "");
}

function plainName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "_").slice(0, 180);
}

/** Fetches `uri` into the work folder and returns the path of the (first) file there. */
export async function fetchFromHub(uri: string, download: DownloadHub, options: SourceOptions): Promise<string> {
  try {
    const { workDir, onProgress, signal } = options;
    return await download(uri, { dir: workDir, onProgress, signal });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new SourceError(shortReason(error), error);
  }
}

function shortReason(error: unknown): string {
  const texts: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) texts.push(at.message);
  const text = texts.join(": ");
  if (
    /fetch failed|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|Unable to connect|ConnectionRefused|FailedToOpenSocket/i.test(
      text,
    )
  ) {
    return "no connection";
  }
  return text.split("\n")[0] || "the download failed";
}
