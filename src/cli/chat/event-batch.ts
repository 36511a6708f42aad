// Gathers events into batches, at most one a frame: whoever makes tokens never waits for drawing, and one drawing serves many.

export interface EventBatch<Event> {
  add(event: Event): void;
  /** Hands over what is gathered now. */
  flush(): void;
}

export function createEventBatch<Event>(
  intervalMs: number,
  onBatch: (events: readonly Event[]) => void,
): EventBatch<Event> {
  let gathered: Event[] = [];
  let timer: NodeJS.Timeout | undefined;
  let lastFlush = Number.NEGATIVE_INFINITY;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (gathered.length === 0) return;
    const batch = gathered;
    gathered = [];
    lastFlush = performance.now();
    onBatch(batch);
  }

  return {
    add(event) {
      gathered.push(event);
      const waited = performance.now() - lastFlush;
      // Looking at the clock too keeps frames coming while a busy producer leaves timers no turn.
      if (waited >= intervalMs) flush();
      else timer ??= setTimeout(flush, intervalMs - waited);
    },
    flush,
  };
}
