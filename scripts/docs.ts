// `npm run docs`: writes into the README what the sources say better.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withOptionTable } from "./docs/option-table.ts";

const readme = join(import.meta.dirname, "..", "README.md");
writeFileSync(readme, withOptionTable(readFileSync(readme, "utf8")));
