// A process of its own that opens a model twice and tells how much llama.cpp logged each time.
import { openTestEngine } from "./conversation.ts";

const [modelPath = ""] = process.argv.slice(2);
const counts: number[] = [];
for (let time = 0; time < 2; time++) {
  const lines: string[] = [];
  const engine = await openTestEngine(modelPath, { onNativeLog: (_level, line) => void lines.push(line) });
  await engine[Symbol.asyncDispose]();
  // What is logged is handed over in rounds of its own.
  await new Promise(setImmediate);
  counts.push(lines.length);
}
process.stdout.write(JSON.stringify(counts));
