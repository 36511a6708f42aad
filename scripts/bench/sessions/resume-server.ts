// llama-server's slot restore as a whole process: start, restore the slot from its file, then a completion that goes on with it.
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LlamaCpp } from "../llama-cpp.ts";
import type { Contender } from "../subject.ts";
import type { Workload } from "../workload.ts";
import type { ResumeWork } from "./resume.ts";
import { sharedFlags } from "./resume-completion.ts";

const filename = "chat.slot";
const pollMs = 2;

/** Saves the slot, which takes as long as reading the chat. */
export async function serverRival(
  { server }: LlamaCpp,
  workload: Workload,
  work: ResumeWork,
  signal: AbortSignal,
): Promise<Contender> {
  const slots = join(work.folder, "slots");
  await mkdir(slots, { recursive: true });
  const command = [server, ...sharedFlags(workload, work), "-np", 1, "--slot-save-path", slots].map(String);
  const completion = (prompt: readonly number[], generate: number) => ({
    prompt,
    n_predict: generate,
    temperature: 0,
    cache_prompt: true,
    stream: true,
  });
  await whileServing(command, signal, async (post) => {
    await (await post("/completion", completion(work.chat, 1))).text();
    await (await post("/slots/0?action=save", { filename })).text();
  });
  return {
    name: "llama-server",
    measure: async (stop) => {
      const begun = performance.now();
      return await whileServing(command, stop, async (post) => {
        await (await post("/slots/0?action=restore", { filename })).text();
        const { body } = await post("/completion", completion(work.prompt, work.generate));
        await body?.getReader().read();
        return performance.now() - begun;
      });
    },
  };
}

type Post = (path: string, body: unknown) => Promise<Response>;

async function whileServing<T>(
  command: readonly string[],
  signal: AbortSignal,
  work: (post: Post) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = Bun.spawn([...command, "--host", "127.0.0.1", "--port", String(port)], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    signal,
  });
  const complaints = new Response(child.stderr).text();
  const ended = child.exited.then(async (code): Promise<never> => {
    signal.throwIfAborted();
    throw new Error(`llama-server ended with ${code}:\n${(await complaints).slice(-2000)}`);
  });
  ended.catch(() => {});
  const post: Post = async (path, body) => {
    const response = await fetch(url + path, { method: "POST", body: JSON.stringify(body), signal });
    if (!response.ok) throw new Error(`llama-server refused ${path}: ${await response.text()}`);
    return response;
  };
  try {
    return await Promise.race([ended, ready(url, signal).then(() => work(post))]);
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
}

async function ready(url: string, signal: AbortSignal): Promise<void> {
  while (!(await fetch(`${url}/health`, { signal }).catch(() => undefined))?.ok) {
    signal.throwIfAborted();
    await sleep(pollMs, undefined, { signal });
  }
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const probe = createServer().once("error", reject);
  probe.listen(0, "127.0.0.1", () => {
    const address = probe.address();
    probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
  });
  return promise;
}
