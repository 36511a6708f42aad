// `npm start`: sets up, then a chat, or the answer to a prompt, with the default model.
import { join } from "node:path";
import { runChild } from "./run-child.mjs";
import { bun, root, scriptEnvironment, setUp } from "./setup.mjs";

const args = process.argv.slice(2);
await setUp();
const namesModel = args.some((argument) => /^(-m|-hf|-hfr|--(model|hf-repo)(=.*)?)$/.test(argument));
const model = namesModel ? [] : ["-m", "default"];
process.exitCode = await runChild(bun, [join(root, "src/cli/main.ts"), "run", ...model, ...args], {
  env: scriptEnvironment(),
});
