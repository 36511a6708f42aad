// Writes a text to a private file, lets the user's own editor change it, and reads it back.
import { type SpawnOptions, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KvchatError } from "../../../session/errors.ts";
import { typable } from "../printable.ts";

/** As most programs know it; Markdown, so that the editor knows how to show it. */
const fileName = "message.md";
const fallback = process.platform === "win32" ? "notepad" : "vi";
const notFound = 127;
/** Shells tell of a signal by a larger number. */
const killed = 128;

/** Resolves to the new text. Throws KvchatError where there is no editor, or it failed: the text is then as it was. */
export async function editExternally(text: string, env: NodeJS.ProcessEnv): Promise<string> {
  const command = env.VISUAL?.trim() || env.EDITOR?.trim() || fallback;
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(tmpdir(), "kvchat-"));
    const path = join(folder, fileName);
    await writeFile(path, text === "" ? "" : `${text}\n`, { mode: 0o600 });
    const code = await run(command, path);
    if (code !== 0) throw editorFailed(command, code);
    const edited = await readFile(path, "utf8").catch(() => {
      throw new KvchatError(`the editor “${command}” left no file`, { hint: "The text is as it was." });
    });
    return typable(edited).replace(/\n$/, "");
  } catch (error) {
    if (error instanceof KvchatError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new KvchatError(`the text could not be edited: ${why}`, { hint: "It is as it was.", cause: error });
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true });
  }
}

/** The command may have arguments of its own: "code --wait". */
function run(command: string, path: string): Promise<number> {
  const options: SpawnOptions = { stdio: "inherit" };
  const child =
    process.platform === "win32"
      ? spawn(`${command} "${path}"`, { ...options, shell: true })
      : spawn("/bin/sh", ["-c", `${command} "$@"`, command, path], options);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? killed + 1));
  });
}

function editorFailed(command: string, code: number): KvchatError {
  return code === notFound
    ? new KvchatError(`there is no editor “${command}”`, {
        hint: "Name one in VISUAL or EDITOR: EDITOR=nano kvchat run",
      })
    : new KvchatError(`the editor “${command}” ${code > killed ? "was ended by a signal" : `ended with ${code}`}`, {
        hint: "The text is as it was.",
      });
}
