// Tells thinking from answer in the text of models that think aloud, as it streams.

interface ThinkingFormat {
  /** Text in the chat template that gives the format away. */
  readonly sign: string;
  readonly open: string;
  readonly close: string;
  /** Opens an answer without thinking, where the format marks that too. */
  readonly answer?: string;
}

/** The first format whose sign the template holds counts; text between `open` and `close` is thinking. */
const formats: readonly ThinkingFormat[] = [
  {
    sign: "<|channel|>",
    open: "<|channel|>analysis<|message|>",
    close: "<|end|><|start|>assistant<|channel|>final<|message|>",
    answer: "<|channel|>final<|message|>",
  },
  { sign: "<think>", open: "<think>", close: "</think>" },
  { sign: "</think>", open: "<think>", close: "</think>" },
  { sign: "[THINK]", open: "[THINK]", close: "[/THINK]" },
  { sign: "<seed:think>", open: "<seed:think>", close: "</seed:think>" },
  { sign: "<|START_THINKING|>", open: "<|START_THINKING|>", close: "<|END_THINKING|>" },
];

export interface TextPart {
  readonly kind: "thinking" | "answer";
  readonly text: string;
}

/** Splits streamed text. `push` gives what is certain so far, `end` the rest; white space around the marks is dropped. */
export class ThinkingSplitter {
  readonly #format: ThinkingFormat | undefined;
  #held = "";
  #state: "start" | "thinking" | "answer";
  #skipSpace = false;

  /** `lead` is what the template put before the answer: it may have opened the thinking already. */
  constructor(template: string, lead: string) {
    this.#format = formats.find((format) => template.includes(format.sign));
    const opened = this.#format && lead.trimEnd().endsWith(this.#format.open);
    this.#state = opened ? "thinking" : this.#format ? "start" : "answer";
    this.#skipSpace = Boolean(opened);
  }

  /** Whether control tokens must be shown as text for the marks to be seen. */
  get readsControlTokens(): boolean {
    return this.#format !== undefined;
  }

  push(text: string): TextPart[] {
    this.#held += text;
    const parts: TextPart[] = [];
    while (this.#step(parts));
    return parts;
  }

  end(): TextPart[] {
    const parts: TextPart[] = [];
    this.#emit(parts, this.#held);
    this.#held = "";
    return parts;
  }

  /** True when it made progress and may make more. */
  #step(parts: TextPart[]): boolean {
    if (this.#skipSpace) this.#held = this.#held.trimStart();
    if (!this.#format || this.#state === "answer") {
      this.#emit(parts, this.#held);
      this.#held = "";
      return false;
    }
    return this.#state === "start"
      ? this.#lookForOpening(this.#format)
      : this.#lookForClosing(parts, this.#format.close);
  }

  #lookForOpening({ open, answer }: ThinkingFormat): boolean {
    const text = this.#held.trimStart();
    const mayBecome = (mark: string) => text.length < mark.length && mark.startsWith(text);
    if (mayBecome(open) || (answer && mayBecome(answer))) return false;
    const mark = [open, answer].find((candidate) => candidate && text.startsWith(candidate));
    this.#state = mark === open ? "thinking" : "answer";
    if (mark) {
      this.#held = text.slice(mark.length);
      this.#skipSpace = true;
    }
    return true;
  }

  #lookForClosing(parts: TextPart[], close: string): boolean {
    const at = this.#held.indexOf(close);
    if (at >= 0) {
      this.#emit(parts, this.#held.slice(0, at).trimEnd());
      this.#held = this.#held.slice(at + close.length);
      this.#state = "answer";
      this.#skipSpace = true;
      return true;
    }
    const safe = this.#held.length - heldBack(this.#held, close);
    this.#emit(parts, this.#held.slice(0, safe));
    this.#held = this.#held.slice(safe);
    return false;
  }

  #emit(parts: TextPart[], text: string): void {
    if (text === "") return;
    this.#skipSpace = false;
    parts.push({ kind: this.#state === "thinking" ? "thinking" : "answer", text });
  }
}

/** Length of the end of `text` that must wait: white space, or the beginning of the mark. */
function heldBack(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (mark.startsWith(text.slice(-length))) return length + trailingSpace(text.slice(0, -length));
  }
  return trailingSpace(text);
}

function trailingSpace(text: string): number {
  return text.length - text.trimEnd().length;
}
