// A process of its own that opens a model and writes what llama.cpp says of it: its logger is one for a whole process.
import { openTestEngine } from "./conversation.ts";

const [modelPath = "", changes = "{}"] = process.argv.slice(2);
const onNativeLog = (_level: string, line: string) => void process.stdout.write(`${line}\n`);
const engine = await openTestEngine(modelPath, { ...JSON.parse(changes), onNativeLog });
await engine[Symbol.asyncDispose]();
