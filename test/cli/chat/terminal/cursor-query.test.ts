// What the terminal answers among what is typed, in the pieces that a pseudo-terminal may cut it into.
import { PassThrough } from "node:stream";
import type { ReadStream } from "node:tty";
import { describe, expect, test } from "vitest";
import { createCursorQuery } from "../../../../src/cli/chat/terminal/cursor-query.ts";

const esc = "\u001b";

/** Input that is read the way Ink does it. */
function input() {
  const stdin = new PassThrough({ encoding: "utf8" });
  const chunks: string[] = [];
  stdin.on("readable", () => {
    for (let chunk = stdin.read(); chunk !== null; chunk = stdin.read()) chunks.push(chunk);
  });
  const written: string[] = [];
  const query = createCursorQuery(stdin as unknown as ReadStream, (bytes) => written.push(bytes));
  return { stdin, chunks, written, query };
}

describe("an answer", () => {
  test("tells where the cursor is and how wide the terminal, and leaves the cursor there", async () => {
    const { stdin, written, query } = input();
    const place = query.place();
    stdin.write(`${esc}[5;12R${esc}[5;40R`);
    expect(await place).toEqual({ column: 11, columns: 40 });
    expect(written).toEqual([`${esc}[6n${esc}7${esc}[999G${esc}[6n${esc}8`]);
  });

  test("is found in pieces, and between keys", async () => {
    const { stdin, query } = input();
    const place = query.place();
    for (const piece of ["a", `${esc}[5;1`, `2Rb${esc}[5;`, "40Rc"]) stdin.write(piece);
    expect(await place).toEqual({ column: 11, columns: 40 });
  });

  test.each([
    ["41;354;0", true],
    ["0;276;0", true],
    ["84;0;0", false],
  ])("says of %s whether it keeps its rows", async (kind, keeps) => {
    const { stdin, query } = input();
    const answer = query.keepsRows();
    stdin.write(`${esc}[>${kind}c`);
    expect(await answer).toBe(keeps);
  });
});

describe("an Esc just before an answer, which would hide in it,", () => {
  test.each([
    ["in the same piece", [`${esc}${esc}[>84;0;0c`]],
    ["in the piece before", [esc, `${esc}[>84;0;0c`]],
  ])("%s is read once more", async (_name, pieces) => {
    const { stdin, chunks, query } = input();
    const answer = query.keepsRows();
    for (const piece of pieces) stdin.write(piece);
    expect(await answer).toBe(false);
    await new Promise(setImmediate);
    expect(chunks.join("")).toBe(`${esc}${esc}[>84;0;0c${esc}`);
  });

  test("between two answers is read once more", async () => {
    const { stdin, chunks, query } = input();
    const place = query.place();
    stdin.write(`${esc}[5;12R${esc}${esc}[5;40R`);
    expect(await place).toEqual({ column: 11, columns: 40 });
    await new Promise(setImmediate);
    expect(chunks.at(-1)).toBe(esc);
  });
});
