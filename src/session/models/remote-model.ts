// What a model on another machine is, from the beginning of its file: a few megabytes by ranged requests instead of the whole.
import { ExitCode, KvchatError } from "../errors.ts";
import type { ModelFile } from "./check-chat-model.ts";
import { type GgufHeader, readGgufHead } from "./gguf.ts";
import { GgufError } from "./gguf-cursor.ts";
import { type Ask, hubAddress, hubEndpoint } from "./hub-address.ts";
import { modelFacts } from "./model-facts.ts";
import { notForChat } from "./not-for-chat.ts";
import { quoted } from "./quoted.ts";
import { SourceError } from "./source-error.ts";
import { splitPartPath } from "./split-parts.ts";

export interface RemoteModel extends ModelFile {
  /** Address of the (first) file. */
  readonly address: string;
}

/** Most headers are below it; a vocabulary of 262k tokens takes about 6 MiB. */
const firstBytes = 1 << 20;
const growth = 4;
const mostSilenceMs = 30_000;

/** Throws a KvchatError with exit code 3 where the file cannot be reached, or is no sound GGUF. */
export async function readRemoteModel(uri: string, env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<RemoteModel> {
  const endpoint = hubEndpoint(env);
  const ask = asker(endpoint, env.HF_TOKEN, signal);
  try {
    const address = await hubAddress(uri, endpoint, ask);
    const first = await readHead(address, ask);
    const others = first.split ? partAddresses(address, first.split).map((part) => readHead(part, ask)) : [];
    const headers: [GgufHeader, ...GgufHeader[]] = [first, ...(await Promise.all(others))];
    const facts = modelFacts(decodeURIComponent(new URL(address).pathname), headers);
    return { address, facts, notForChat: notForChat(headers, facts) };
  } catch (error) {
    if (signal?.aborted || !(error instanceof SourceError || error instanceof GgufError)) throw error;
    throw new KvchatError(`Cannot look into ${quoted(uri)}: ${error.message}.`, {
      hint: "Check the name and the connection; what is on this machine is shown by: kvchat models list",
      exitCode: ExitCode.notFound,
      cause: error,
    });
  }
}

/** A token goes to the endpoint's own host alone. */
function asker(endpoint: string, token: string | undefined, signal?: AbortSignal): Ask {
  return async (address, headers = {}) => {
    const limit = AbortSignal.timeout(mostSilenceMs);
    const isOwn = token && new URL(address).host === new URL(endpoint).host;
    const response = await fetch(address, {
      headers: { ...headers, ...(isOwn && { Authorization: `Bearer ${token}` }) },
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    }).catch((error) => {
      if (signal?.aborted) throw error;
      throw new SourceError(limit.aborted ? "it does not answer" : "no connection", error);
    });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new SourceError(`the server answers ${response.status} ${response.statusText}`.trim());
  };
}

/** The header of the file at `address`, with as many bytes of it as it takes. */
async function readHead(address: string, ask: Ask): Promise<GgufHeader> {
  let head = Buffer.alloc(0);
  for (let wanted = firstBytes; ; wanted *= growth) {
    const { bytes, totalBytes } = await fetchBytes(address, [head.length, wanted], ask);
    if (bytes.length === 0) throw new SourceError("the server stopped in the middle of its header");
    head = Buffer.concat([head, bytes]);
    try {
      return readGgufHead(head, totalBytes);
    } catch (error) {
      const isShort = error instanceof GgufError && error.fault === "truncated";
      if (!isShort || head.length >= totalBytes) throw error;
    }
  }
}

/** Bytes `[start, end)`, fewer at the end of the file, and the size of the whole. */
async function fetchBytes(address: string, [start, end]: [number, number], ask: Ask) {
  const response = await ask(address, { Range: `bytes=${start}-${end - 1}` });
  const total = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  const isRange = response.status === 206 && total !== undefined;
  const totalBytes = Number(isRange ? total : (response.headers.get("content-length") ?? 0));
  if (!(totalBytes > 0)) throw new SourceError("the server does not say how large the file is");
  const body = await readBody(response, isRange ? end - start : end).catch((error) => {
    throw new SourceError("the connection broke", error);
  });
  return { totalBytes, bytes: isRange ? body : body.subarray(start) };
}

/** At most `most` bytes: a server that knows no ranges would send the whole file. */
async function readBody(response: Response, most: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    length += piece.length;
    if (length >= most) break;
  }
  return Buffer.concat(pieces).subarray(0, most);
}

function partAddresses(address: string, { count }: { count: number }): string[] {
  const url = new URL(address);
  return Array.from({ length: count - 1 }, (_, index) => {
    const path = splitPartPath(url.pathname, index + 1);
    if (!path) throw new SourceError(`it is a part of ${count}, but its name does not say so`);
    return Object.assign(new URL(url), { pathname: path }).href;
  });
}
