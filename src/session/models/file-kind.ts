// Says what a file that is no GGUF looks like, so that the error tells what went wrong (a web page, a git-lfs pointer).
import { open } from "node:fs/promises";

const headBytes = 4096;

const magics: readonly [magic: string, kind: string][] = [
  ["version https://git-lfs", "a git-lfs pointer, not the file it stands for"],
  ["PK\u0003\u0004", "a zip archive (a PyTorch checkpoint or a wheel, perhaps)"],
  ["\u001f\u008b", "a gzip archive"],
  ["\u0028\u00b5\u002f\u00fd", "a zstd archive"],
  ["7z\u00bc\u00af", "a 7z archive"],
  ["\u00fd7zXZ", "an xz archive"],
  ["lmgg", "a model in GGML's old format, from before GGUF"],
  ["fmgg", "a model in GGML's old format, from before GGUF"],
  ["tjgg", "a model in GGML's old format, from before GGUF"],
  ["FUGG", "a big-endian GGUF"],
  ["%PDF", "a PDF document"],
  ["\u007fELF", "a program"],
  ["\u0089PNG", "an image"],
  ["\u0080\u0002", "a Python pickle (a PyTorch checkpoint, perhaps)"],
];

/** A noun phrase for the contents of the file at `path`, from its first 4 KiB. */
export async function describeFileKind(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return describeHead(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function describeHead(head: Buffer): string {
  const latin = head.toString("latin1");
  const known = magics.find(([magic]) => latin.startsWith(magic));
  if (known) return known[1];
  if (head.every((byte) => byte === 0)) return "a file of zeros, as an unfinished download leaves it";
  if (latin.slice(8, 10) === '{"' && head.length > 10) return "a safetensors file";
  if (latin.startsWith("ustar", 257)) return "a tar archive";
  if (!isText(head)) return "a binary file of another kind";
  const start = latin.trimStart().slice(0, 100).toLowerCase();
  if (/^(<!doctype html|<html|<head|<body)/.test(start)) return "a web page (HTML)";
  return start.startsWith("{") ? "a JSON file" : "a text file";
}

function isText(head: Buffer): boolean {
  // A character may be cut in two at the end of the head; that alone does not make it binary.
  const text = new TextDecoder("utf-8").decode(head, { stream: true });
  return (
    !text.includes("\ufffd") && ![...text].some((character) => character < " " && !"\t\n\r\f\u001b".includes(character))
  );
}
