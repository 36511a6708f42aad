// Downloads from Hugging Face and https addresses through node-llama-cpp, made quiet and quick to fail.
import type { DownloadHub } from "../models/hub-source.ts";

/** Without a byte for so long there is no connection; node-llama-cpp itself would try again for minutes. */
const mostSilenceMs = 30_000;
const mostProbeMs = 15_000;

/** HF_TOKEN and HF_ENDPOINT are honoured. Rejects with an Error whose message is one line. */
export const downloadFromHub: DownloadHub = async (uri, { dir, onProgress, signal }) => {
  if (/^https?:/i.test(uri)) await probe(uri, signal);
  const { resolveModelFile } = await import("node-llama-cpp");
  const silence = new AbortController();
  const stop = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  const timer = setTimeout(() => silence.abort(new Error("it does not answer")), mostSilenceMs);
  using _quiet = quietConsole();
  try {
    const download = resolveModelFile(uri, {
      directory: dir,
      cli: false,
      signal: stop,
      onProgress: ({ downloadedSize, totalSize }) => {
        timer.refresh();
        onProgress?.(downloadedSize, totalSize);
      },
    });
    // Before its first byte it does not look at the signal; what is left of it then must not reject unheard.
    download.catch(() => {});
    return await Promise.race([download, rejectOnAbort(stop)]);
  } finally {
    clearTimeout(timer);
  }
};

/** An address that cannot be reached, or is refused, is told within seconds. */
async function probe(address: string, signal?: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(mostProbeMs);
  const response = await fetch(address, { method: "HEAD", signal: signal ? AbortSignal.any([signal, limit]) : limit });
  // A token may open what is forbidden without, and some servers know no HEAD: those are left to the download.
  if (response.status >= 400 && ![401, 403, 405, 501].includes(response.status)) {
    throw new Error(`the server answers ${response.status} ${response.statusText}`.trim());
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** node-llama-cpp tells of rate limits on stdout, which belongs to the answer. */
function quietConsole(): Disposable {
  const { info, log } = console;
  console.info = () => {};
  console.log = () => {};
  return {
    [Symbol.dispose]: () => {
      console.info = info;
      console.log = log;
    },
  };
}
