// Makes one new store after another until it is killed: `node store-opener-child.ts FOLDER`; prints each folder's name.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { SessionStore } from "../../src/session/store/session-store.ts";

for (let number = 0; ; number++) {
  writeSync(1, `${number}\n`);
  new SessionStore(join(process.argv[2] ?? "", String(number)))[Symbol.dispose]();
}
