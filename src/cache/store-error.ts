// Why the store could not write. The chat goes on without; what was stored before is unharmed.

export type StoreFailure = "full" | "not-writable" | "failed";

const failures: Record<string, StoreFailure> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EFBIG: "full",
  EACCES: "not-writable",
  EPERM: "not-writable",
  EROFS: "not-writable",
  ENOTDIR: "not-writable",
};

const words: Record<StoreFailure, string> = {
  full: "the disk is full",
  "not-writable": "the cache folder is not writable",
  failed: "the cache could not be written",
};

export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly failure: StoreFailure;

  constructor(failure: StoreFailure, cause: unknown) {
    super(`${words[failure]}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.failure = failure;
  }
}

export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError(failures[errorCode(error) ?? ""] ?? "failed", error);
}

/** `ENOENT` and its like; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
