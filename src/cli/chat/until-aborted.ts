// Waits for something as long as the user does.

/** What is waited for, or undefined when the signal comes first: then it goes on, and nobody hears of it. */
export function untilAborted<Value>(waited: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  signal.addEventListener("abort", () => resolve(undefined), { once: true });
  return signal.aborted ? Promise.resolve(undefined) : Promise.race([waited, promise]);
}
