import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { downloadFromHub } from "../../../src/session/engine/hub-download.ts";
import { fetchModel } from "../../../src/session/models/fetch-model.ts";
import { chatGguf, ggufBytes } from "../../helpers/gguf-writer.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

const model = ggufBytes(chatGguf({ "general.description": "x".repeat(100_000) }));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/tiny.gguf`;
}

function fetchFrom(uri: string, modelsDir: string, signal?: AbortSignal): Promise<string> {
  return fetchModel(uri, [{ kind: "hub", uri }], { modelsDir, downloadHub: downloadFromHub, signal });
}

/** Sends the model as a server of files does, byte ranges included. */
const sendModel: RequestListener = (request, response) => {
  const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
  const start = Number(range?.[1] ?? 0);
  const end = Number(range?.[2] || model.length - 1);
  const body = model.subarray(start, end + 1);
  const headers = { "accept-ranges": "bytes", "content-length": body.length };
  const part = { ...headers, "content-range": `bytes ${start}-${end}/${model.length}` };
  response.writeHead(range ? 206 : 200, range ? part : headers);
  response.end(request.method === "HEAD" ? undefined : body);
};

test("fetches a model from an address", async () => {
  const modelsDir = tempFolder();
  const path = await fetchFrom(await serve(sendModel), modelsDir);
  expect((await readFile(path)).equals(model)).toBe(true);
  expect(readdirSync(modelsDir).filter((name) => name.endsWith(".gguf"))).toHaveLength(1);
});

test("an address that has no such file, or no server, is told at once", async () => {
  const missing = await serve((_request, response) => response.writeHead(404).end());
  await expect(fetchFrom(missing, tempFolder())).rejects.toThrow("answers 404");
  const broken = await serve((_request, response) => response.writeHead(503).end());
  await expect(fetchFrom(broken, tempFolder())).rejects.toThrow("answers 503");
  await expect(fetchFrom("http://127.0.0.1:1/tiny.gguf", tempFolder())).rejects.toThrow("no connection");
});

test("an abort ends a download that has begun", async () => {
  const stop = new AbortController();
  const modelsDir = tempFolder();
  const address = await serve((request, response) => {
    if (request.method === "HEAD") return sendModel(request, response);
    response.writeHead(200, { "content-length": model.length, "accept-ranges": "bytes" });
    response.write(model.subarray(0, 1000), () => stop.abort());
  });
  await expect(fetchFrom(address, modelsDir, stop.signal)).rejects.toThrow("stopped");
  expect(readdirSync(modelsDir).filter((name) => name.endsWith(".gguf"))).toEqual([]);
  expect(existsSync(join(modelsDir, "tiny.gguf"))).toBe(false);
});
