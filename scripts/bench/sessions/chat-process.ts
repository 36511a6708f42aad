// A chat as a script has it: turns go in by stdin, events come out as JSON lines, and when each came is noted.
import type { ConversationEvent } from "../../../src/session/events.ts";
import type { Program } from "../program.ts";

type Heard<Type extends ConversationEvent["type"]> = Extract<ConversationEvent, { type: Type }> & {
  /** When the event came. */
  readonly ms: number;
};

/** What a turn came to. */
export interface Told {
  readonly reused: Heard<"reused">;
  readonly done: Heard<"done">;
  /** All of it is on the disk. */
  readonly saved: Heard<"saved">;
}

export class ChatProcess implements AsyncDisposable {
  readonly #child: Bun.Subprocess<"pipe", "pipe", "pipe">;
  readonly #lines: AsyncGenerator<string>;
  readonly #complaints: Promise<string>;

  /** `program` runs with `--turns --jsonl`. */
  constructor({ command, env }: Program, signal: AbortSignal) {
    this.#child = Bun.spawn([...command], { env, stdin: "pipe", stdout: "pipe", stderr: "pipe", signal });
    this.#lines = linesOf(this.#child.stdout);
    this.#complaints = new Response(this.#child.stderr).text();
  }

  /** One turn, until it is kept. `text` is one line. */
  async ask(text: string): Promise<Told> {
    this.#child.stdin.write(`${text}\n`);
    await this.#child.stdin.flush();
    const heard: Record<string, unknown> = {};
    while (heard.saved === undefined) {
      const { done, value } = await this.#lines.next();
      if (done) throw new Error(`kvchat ended in the middle of a turn:\n${(await this.#complaints).slice(-2000)}`);
      const event: ConversationEvent = JSON.parse(value);
      if (event.type === "saved" && event.problem !== null) throw new Error(event.problem);
      heard[event.type] = { ...event, ms: performance.now() };
    }
    return heard as unknown as Told;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.end();
    await this.#child.exited;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
