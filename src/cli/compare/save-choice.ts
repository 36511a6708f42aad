// Writes the recommended cache into the model's own settings, where `kvchat run` finds it.
import { type ComparedRow, pairName } from "../../session/compare/report.ts";
import { isHubUri } from "../../session/models/hub-source.ts";
import type { ResolvedModel } from "../../session/models/resolve.ts";
import { readConfig } from "../settings/config-file.ts";
import { changeConfig } from "../settings/config-store.ts";

/** `given` is what the user called the model. Returns the key that was set. Throws KvchatError where it cannot be written. */
export async function saveChoice(row: ComparedRow, given: string, model: ResolvedModel): Promise<string> {
  const isPath = /[\\/]/.test(given) && !isHubUri(given);
  const name = isPath ? model.path : model.name;
  await changeConfig(readConfig(), (groupOf) => {
    const group = groupOf({ kind: "models", name });
    delete group["cache-type-k"];
    delete group["cache-type-v"];
    group.kv = pairName(row);
  });
  return `models.${name}.kv`;
}
