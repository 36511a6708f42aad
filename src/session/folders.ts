// Where kvchat keeps its files: the platform's own folders, each of which an environment variable can move.
import { join, resolve } from "node:path";
import envPaths from "env-paths";

export interface Folders {
  /** Settings. `KVCHAT_CONFIG_DIR` moves it. */
  config: string;
  /** What must not be lost: sessions. `KVCHAT_DATA_DIR` moves it. */
  data: string;
  /** What can be computed again: KV blocks and unpacked native parts. `KVCHAT_CACHE_DIR` moves it. */
  cache: string;
  /** Model files, `models` inside `data` unless `KVCHAT_MODELS_DIR` moves it. */
  models: string;
}

/** The folders as absolute paths. Read from the environment at each call; nothing is created. */
export function folders(env: NodeJS.ProcessEnv = process.env): Folders {
  const platform = envPaths("kvchat", { suffix: "" });
  const pick = (variable: string, otherwise: string) => resolve(env[variable] || otherwise);
  const data = pick("KVCHAT_DATA_DIR", platform.data);
  return {
    config: pick("KVCHAT_CONFIG_DIR", platform.config),
    data,
    cache: pick("KVCHAT_CACHE_DIR", platform.cache),
    models: pick("KVCHAT_MODELS_DIR", join(data, "models")),
  };
}
