// A stand-in for the machine's Python, first on PATH: it "downloads" by copying what the test laid out, or misbehaves.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { onTestFinished } from "vitest";
import type { PipSource } from "../../src/session/models/catalog.ts";
import { tempFolder } from "./temp-folder.ts";
import { zipBytes } from "./zip-writer.ts";

export type PipBehaviour = "deliver" | "fail" | "hang" | "no-pip";

export interface FakePip {
  /** Folder of its program; put it first on the PATH of a child process. */
  bin: string;
  /** How often it was asked to download. */
  runs(): number;
  behave(behaviour: PipBehaviour): void;
  /** Process id of a hanging run, once it has written half a file. */
  hangingPid(): number | undefined;
}

const script = `#!/bin/sh
here="\${0%/*}"
if [ "$(/bin/cat "$here/behaviour")" = no-pip ]; then echo "$0: No module named pip" >&2; exit 1; fi
echo run >> "$here/runs"
while [ $# -gt 0 ]; do [ "$1" = -d ] && into="$2"; shift; done
case "$(/bin/cat "$here/behaviour")" in
  deliver) /bin/sleep 0.3; /bin/cp "$here"/wheels/*.whl "$into/" ;;
  fail) echo "ERROR: No matching distribution found for it" >&2; exit 1 ;;
  hang) echo half > "$TMPDIR/half.whl"; echo half > "$into/half.whl"; echo $$ > "$here/hanging"; exec /bin/sleep 600 ;;
esac
`;

/** Puts a fake Python on this process's PATH until the test ends. It delivers the wheels given, by file name. */
export function installFakePip(wheels: Record<string, Buffer>): FakePip {
  const bin = tempFolder();
  mkdirSync(join(bin, "wheels"));
  for (const [name, bytes] of Object.entries(wheels)) writeFileSync(join(bin, "wheels", name), bytes);
  for (const program of ["python3", "python", "pip3", "pip", "uvx"]) {
    writeFileSync(join(bin, program), script);
    chmodSync(join(bin, program), 0o755);
  }
  const path = process.env.PATH;
  process.env.PATH = `${bin}${delimiter}${path}`;
  onTestFinished(() => {
    process.env.PATH = path;
  });
  const behave = (behaviour: PipBehaviour) => writeFileSync(join(bin, "behaviour"), behaviour);
  behave("deliver");
  const read = (name: string) => (existsSync(join(bin, name)) ? readFileSync(join(bin, name), "utf8") : "");
  return {
    bin,
    runs: () => read("runs").split("\n").filter(Boolean).length,
    behave,
    hangingPid: () => Number(read("hanging")) || undefined,
  };
}

/** Wheels that together hold `content` in as many parts as asked for, and the source that describes them. */
export function wheelsOf(content: Buffer, sha256: string, partCount: number) {
  const wheels: Record<string, Buffer> = {};
  const parts = Array.from({ length: partCount }, (_, index) => {
    const size = Math.ceil(content.length / partCount);
    const member = `tiny_part${index}/data/tiny.gguf.part${index}`;
    wheels[`tiny_part${index}-1.0.0-py3-none-any.whl`] = zipBytes([
      { name: "tiny/__init__.py", content: Buffer.from("# nothing\n") },
      { name: member, content: content.subarray(index * size, (index + 1) * size), deflated: index % 2 === 0 },
    ]);
    return { package: `tiny-part${index}`, version: "1.0.0", member };
  });
  const wheelBytes = Object.values(wheels).reduce((total, bytes) => total + bytes.length, 0);
  const source: PipSource = { kind: "pip", file: "tiny.gguf", bytes: content.length, sha256, wheelBytes, parts };
  return { wheels, source };
}
