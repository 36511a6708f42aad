// A process of its own that fetches one model: `node fetch-child.ts MODELS_DIR SOURCE_JSON`; prints the path or the error.
import { fetchModel } from "../../src/session/models/fetch-model.ts";

const [modelsDir = "", source = ""] = process.argv.slice(2);
try {
  process.stdout.write(await fetchModel("tiny", [JSON.parse(source)], { modelsDir }));
} catch (error) {
  process.stdout.write(String(error));
  process.exitCode = 1;
}
