// Finds the model to inspect: on this machine, or else, where it has an address, by the beginning of its file there.
import { KvchatError } from "../errors.ts";
import { findCatalogModel } from "../models/catalog.ts";
import { type ModelFile, readModelFile } from "../models/check-chat-model.ts";
import { hubUri, isHubUri } from "../models/hub-source.ts";
import { readRemoteModel } from "../models/remote-model.ts";
import { type ResolvedModel, resolveModel } from "../models/resolve.ts";

export interface FoundModel {
  readonly file: ModelFile;
  /** Path of the (first) file, or its address. */
  readonly source: string;
  readonly resolved: ResolvedModel;
}

interface FindOptions {
  readonly modelsDir: string;
  /** May name another host than Hugging Face, and a token for it. */
  readonly env: NodeJS.ProcessEnv;
}

/** Nothing is downloaded but headers. Throws a KvchatError with exit code 3. */
export async function findModel(name: string, { modelsDir, env }: FindOptions): Promise<FoundModel> {
  const resolved = await resolveModel(name, { modelsDir, offline: true }).catch((error) => {
    if (!(error instanceof KvchatError) || !addressOf(name)) throw error;
    return undefined;
  });
  if (resolved) {
    const file = await readModelFile(resolved.path);
    return { file, source: file.facts.path, resolved };
  }
  const { address, ...file } = await readRemoteModel(addressOf(name) ?? name, env);
  return { file, source: address, resolved: { path: address, name: hubUri(name) } };
}

function addressOf(name: string): string | undefined {
  if (isHubUri(name)) return hubUri(name);
  const hub = findCatalogModel(name)?.sources.find((source) => source.kind === "hub");
  return hub?.kind === "hub" ? hub.uri : undefined;
}
