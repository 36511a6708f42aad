// Outlives a chat that is killed outright, by a lack of memory or a crash in native code, to show the cursor again: nothing in
// the dead process can. Only what no shell minds is restored, because the shell may already have set its own modes.
import { spawn } from "node:child_process";

/** Waits, in a shell of a few hundred kB, for the end of the pipe. A line in it means that all is restored already. */
const script = `trap '' INT QUIT TERM HUP; read -r line || printf '\\033[?7h\\033[?25h'`;

/** Guards the terminal on `fd`; the function that is returned ends the guard. */
export function guardTerminal(fd: number): () => void {
  if (process.platform === "win32") return () => {};
  const guard = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", fd, "ignore"] });
  // Without a shell on the machine the chat goes on unguarded.
  guard.on("error", () => {});
  guard.stdin?.on("error", () => {});
  guard.unref();
  return () => guard.stdin?.end("restored\n");
}
