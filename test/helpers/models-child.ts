// `kvchat models` alone, as a process: what the whole program does with it, without the rest of the program.
import yargs from "yargs";
import { modelsCommand } from "../../src/cli/commands/models.ts";
import { KvchatError } from "../../src/session/errors.ts";

try {
  await yargs(process.argv.slice(2)).command(modelsCommand).version(false).exitProcess(false).fail(false).parseAsync();
} catch (error) {
  if (!(error instanceof KvchatError)) throw error;
  process.stderr.write(`${error.message}\n${error.hint}\n`);
  process.exitCode = error.exitCode;
}
