// Opens a store and adds a session: `node store-open-child.ts FOLDER`; prints `done`, or the error as it is told.
import type { KvchatError } from "../../src/session/errors.ts";
import { SessionStore } from "../../src/session/store/session-store.ts";
import { facts } from "./store-facts.ts";

try {
  using store = new SessionStore(process.argv[2] ?? "");
  store.create(facts);
  process.stdout.write("done");
} catch (error) {
  const { name, message, hint } = error as KvchatError;
  process.stdout.write([name, message, hint].join("\n"));
}
