// The way over a graphics card, on Mesa's software driver where it is installed (Debian: mesa-vulkan-drivers, libvulkan1), with
// the caches on the card. Where it is not, the refusal that a user gets instead.
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { ExitCode } from "../../src/session/errors.ts";
import { runCli } from "../helpers/run-cli.ts";

const libraryFolders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
const driverFolders = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/** The software driver's manifest; undefined where it or Vulkan's loader is not installed. */
function softwareDriver(): string | undefined {
  const { LD_LIBRARY_PATH = "", VK_DRIVER_FILES = "" } = process.env;
  const libraries = [...LD_LIBRARY_PATH.split(delimiter), ...libraryFolders];
  if (!libraries.some((folder) => existsSync(join(folder, "libvulkan.so.1")))) return undefined;
  const installed = driverFolders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return [...VK_DRIVER_FILES.split(delimiter), ...installed].find((path) => /lvp_icd.*\.json$/.test(path));
}

const driver = softwareDriver();
// The driver computes on the processor, which llama.cpp passes over unless it is named.
const onlyTheDriver = { VK_DRIVER_FILES: driver ?? "/none", VK_ICD_FILENAMES: driver ?? "/none" };
const env = driver ? { ...onlyTheDriver, GGML_VK_VISIBLE_DEVICES: "0" } : onlyTheDriver;

function say(gpu: string, kv: string) {
  return runCli(["run", "-p", "Hi", "-n", "2", "-c", "256", "-t", "1", "--temp", "0", "--gpu", gpu, "--kv", kv], {
    env,
  });
}

test.each(["f16", "q8_0"])(
  "--gpu vulkan answers as the processor does with %s caches, or is refused where there is no driver",
  async (kv) => {
    const result = await say("vulkan", kv);
    if (driver) {
      expect(result).toEqual(await say("off", kv));
      expect(result).toMatchObject({ code: ExitCode.done, stderr: "" });
    } else {
      expect(result).toMatchObject({ code: ExitCode.failed, stdout: "" });
      expect(result.stderr).toMatch(
        /^kvchat: --gpu vulkan cannot be used here: [^\n]+\nUse --gpu auto or --gpu off[^\n]*\n$/,
      );
    }
  },
  600_000,
);

test("doctor lists the software driver's device, or says why there is none", async () => {
  const { code, stdout } = await runCli(["doctor", "--json"], { env });
  const { machine } = JSON.parse(stdout);
  const vulkan = machine.backends.find(({ name }: { name: string }) => name === "Vulkan");
  expect(code).toBe(ExitCode.done);
  if (driver) expect(vulkan).toMatchObject({ available: true, devices: [expect.stringContaining("llvmpipe")] });
  else expect(vulkan).toMatchObject({ available: false, reason: expect.stringMatching(/\S/) });
});
