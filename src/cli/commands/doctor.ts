// `kvchat doctor`: what this machine has, what kvchat makes of it, and what is wrong.
import type { CommandModule } from "yargs";
import { ExitCode } from "../../session/errors.ts";
import { examine } from "../doctor/examine.ts";
import { formatReport } from "../doctor/format-report.ts";

export const doctorCommand: CommandModule = {
  command: "doctor",
  describe: "Tell what this machine has, and what is wrong",
  builder: (yargs) => yargs.option("json", { type: "boolean", default: false, describe: "Print a JSON object" }),
  handler: async ({ json }) => {
    const report = await examine(process.env);
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report));
    if (report.problems.length > 0) process.exitCode = ExitCode.failed;
  },
};
