// Opens a session and keeps it until stdin ends: `node store-holder-child.ts FOLDER ID`; prints `open`, or the error.
import { SessionStore } from "../../src/session/store/session-store.ts";

const [folder = "", id = ""] = process.argv.slice(2);
const store = new SessionStore(folder);
try {
  const lock = store.acquire(id);
  process.stdout.write("open\n");
  process.stdin.resume().once("end", () => lock[Symbol.dispose]());
} catch (error) {
  process.stdout.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
