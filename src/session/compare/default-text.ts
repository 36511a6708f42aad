// What is read where the user gives no text: passages of several kinds, so that no one kind decides. About 2,300 tokens.
import { code } from "./text/code.ts";
import { dialogue } from "./text/dialogue.ts";
import { german } from "./text/german.ts";
import { prose } from "./text/prose.ts";
import { table } from "./text/table.ts";

export const defaultText = [prose, code, german, table, dialogue].join("\n");
