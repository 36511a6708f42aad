// Outlives a chat that is killed outright, by a lack of memory or a crash in native code, to take its live region away and show the
// cursor again: nothing in the dead process can. Only what no shell minds is done, because it may already have its prompt there.
import { spawn } from "node:child_process";

/** Waits, in a shell of a few hundred kB, for the end of the pipe. A line in it means that all is restored already. */
const script = `trap '' INT QUIT TERM HUP; read -r line || printf %s "$0"`;

/** Guards the terminal on `fd`, which gets `bytes` in the end; the function that is returned ends the guard. */
export function guardTerminal(fd: number, bytes: string): () => void {
  if (process.platform === "win32") return () => {};
  const guard = spawn("/bin/sh", ["-c", script, bytes], { stdio: ["pipe", fd, "ignore"] });
  // Without a shell on the machine the chat goes on unguarded.
  guard.on("error", () => {});
  guard.stdin?.on("error", () => {});
  guard.unref();
  return () => guard.stdin?.end("restored\n");
}
