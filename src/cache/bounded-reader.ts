// Reads a file of unknown honesty from front to back: nothing is read, or allocated, beyond the bytes that are there.
import type { FileHandle } from "node:fs/promises";
import { readFully } from "./file-bytes.ts";
import { StateFileError } from "./state-format.ts";

export class BoundedReader {
  readonly size: number;
  /** Where the next read begins, in bytes. */
  offset = 0;
  readonly #file: FileHandle;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  get left(): number {
    return this.size - this.offset;
  }

  /** Throws a `StateFileError` that names `what` where fewer than `bytes` are left. */
  skip(bytes: number, what: string): void {
    if (bytes > this.left) throw new StateFileError(`the file ends in ${what}`);
    this.offset += bytes;
  }

  async take(bytes: number, what: string): Promise<DataView<ArrayBuffer>> {
    const start = this.offset;
    this.skip(bytes, what);
    const view = new DataView(new ArrayBuffer(bytes));
    const isWhole = await readFully(this.#file, new Uint8Array(view.buffer), start);
    if (!isWhole) throw new StateFileError(`the file became shorter while ${what} were read`);
    return view;
  }

  async takeWord(what: string): Promise<number> {
    return (await this.take(4, what)).getUint32(0, true);
  }
}
