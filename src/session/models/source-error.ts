// Why one source of a model did not deliver: a clause for the error that names all sources once none is left.

export class SourceError extends Error {
  constructor(reason: string, cause?: unknown) {
    super(reason.replace(/\s+/g, " ").slice(0, 200), { cause });
    this.name = "SourceError";
  }
}
