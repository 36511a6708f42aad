// Models on another machine: a server of our own stands for Hugging Face, and counts what is asked of it.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { ExitCode, KvchatError } from "../../../src/session/errors.ts";
import { readRemoteModel } from "../../../src/session/models/remote-model.ts";
import { chatGguf, ggufBytes } from "../../helpers/gguf-writer.ts";

type Files = Record<string, Buffer | string>;
interface ServerOptions {
  readonly knowsRanges?: boolean;
  readonly token?: string;
}

/** A host with `files` by path. `sent` are the bytes of bodies that it was asked for. */
async function serve(files: Files, { knowsRanges = true, token }: ServerOptions = {}) {
  const seen = { sent: 0, tokens: [] as (string | undefined)[] };
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    seen.tokens.push(request.headers.authorization);
    const file = files[(request.url ?? "").split("?")[0] ?? ""];
    if (file === undefined) return void response.writeHead(404).end();
    if (token && request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    const bytes = Buffer.from(file);
    const [, start = 0, last = bytes.length - 1] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
    if (!knowsRanges || !request.headers.range) {
      response.writeHead(200, { "content-length": bytes.length });
      return void response.end(bytes);
    }
    const piece = bytes.subarray(Number(start), Number(last) + 1);
    seen.sent += piece.length;
    const range = `bytes ${start}-${Number(start) + piece.length - 1}/${bytes.length}`;
    response.writeHead(206, { "content-range": range, "content-length": piece.length });
    response.end(piece);
  };
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  return { seen, root: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function refusal(uri: string, env: NodeJS.ProcessEnv = {}): Promise<KvchatError> {
  const error = await readRemoteModel(uri, env).then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(KvchatError);
  expect(error.exitCode).toBe(ExitCode.notFound);
  return error;
}

const whole = ggufBytes({ ...chatGguf(), dataBytes: 12 << 20 });
/** A vocabulary that is longer than what is asked for at first. */
const longHeader = ggufBytes({
  ...chatGguf({ "tokenizer.ggml.tokens": Array.from({ length: 200_000 }, (_, index) => `token ${index}`) }),
  dataBytes: 12 << 20,
});

describe("an address", () => {
  test("only the beginning of the file is fetched, and the rest is known", async () => {
    const { root, seen } = await serve({ "/models/tiny.gguf": whole });
    const { facts, address, notForChat } = await readRemoteModel(`${root}/models/tiny.gguf`, {});
    expect(facts).toMatchObject({ name: "Tiny", architecture: "llama", layers: 2, fileBytes: whole.length, parts: 1 });
    expect([address, notForChat]).toEqual([`${root}/models/tiny.gguf`, undefined]);
    expect(seen.sent).toBe(1 << 20);
  });

  test.each([true, false])("a long header takes more requests; ranges known: %s", async (knowsRanges) => {
    const { root, seen } = await serve({ "/long.gguf": longHeader }, { knowsRanges });
    const { facts } = await readRemoteModel(`${root}/long.gguf`, {});
    expect(facts).toMatchObject({ vocabularySize: 200_000, fileBytes: longHeader.length });
    expect(seen.sent).toBe(knowsRanges ? 4 << 20 : 0);
  });

  test("all parts of a split model are counted", async () => {
    const part = (no: number) => {
      const split = { "split.count": { type: "u16", value: 2 }, "split.no": { type: "u16", value: no } } as const;
      return ggufBytes({ ...chatGguf(split), dataBytes: 1000 });
    };
    const { root } = await serve({ "/m-00001-of-00002.gguf": part(0), "/m-00002-of-00002.gguf": part(1) });
    const { facts } = await readRemoteModel(`${root}/m-00001-of-00002.gguf`, {});
    expect(facts).toMatchObject({ parts: 2, fileBytes: part(0).length + part(1).length });
  });

  test("what is no model, not there, or not reachable is told", async () => {
    const { root } = await serve({ "/page.gguf": "<html>", "/cut.gguf": whole.subarray(0, 200) });
    expect((await refusal(`${root}/page.gguf`)).message).toContain("it is not a GGUF file");
    expect((await refusal(`${root}/cut.gguf`)).message).toContain("in the middle of its header");
    expect((await refusal(`${root}/none.gguf`)).message).toContain("404");
    expect((await refusal("http://127.0.0.1:1/m.gguf")).message).toContain("no connection");
  });
});

describe("a hub's URI", () => {
  const manifest = JSON.stringify({ ggufFile: { rfilename: "sub folder/tiny-Q4_K_M.gguf" } });
  const files = {
    "/v2/user/tiny-GGUF/manifests/Q4_K_M": manifest,
    "/v2/user/tiny-GGUF/manifests/latest": manifest,
    "/v2/user/empty/manifests/latest": "{}",
    "/user/tiny-GGUF/resolve/main/sub%20folder/tiny-Q4_K_M.gguf": whole,
    "/user/tiny-GGUF/resolve/next/tiny.gguf": whole,
  };

  test.each([
    "hf:user/tiny-GGUF:Q4_K_M",
    "hf://user/tiny-GGUF",
    "huggingface:user/tiny-GGUF/sub folder/tiny-Q4_K_M.gguf",
    "hf:user/tiny-GGUF/tiny.gguf#next",
  ])("%s", async (uri) => {
    const { root } = await serve(files);
    const { facts } = await readRemoteModel(uri, { HF_ENDPOINT: root });
    expect(facts).toMatchObject({ name: "Tiny", fileBytes: whole.length });
  });

  test("a token goes to its own host, and to no other", async () => {
    const own = await serve(files, { token: "secret" });
    const other = await serve({ "/tiny.gguf": whole });
    const env = { HF_ENDPOINT: own.root, HF_TOKEN: "secret" };
    await readRemoteModel("hf:user/tiny-GGUF:Q4_K_M", env);
    await readRemoteModel(`${other.root}/tiny.gguf`, env);
    expect(other.seen.tokens).toEqual([undefined]);
    expect((await refusal("hf:user/tiny-GGUF:Q4_K_M", { HF_ENDPOINT: own.root })).message).toContain("401");
  });

  test("a manifest without a file, and a URI without a repository, are told", async () => {
    const { root } = await serve(files);
    expect((await refusal("hf:user/empty", { HF_ENDPOINT: root })).message).toContain("names no GGUF file");
    expect((await refusal("hf:user", { HF_ENDPOINT: root })).message).toContain("hf:user/repository");
  });
});
