// A logarithmic scale of losses, which has a place for no loss at all: a step below the smallest power of ten.
import type * as Plot from "@observablehq/plot";

export interface LossScale {
  readonly scale: Plot.ScaleOptions;
  /** Where to draw a loss: itself, but not below the scale's end. */
  readonly place: (nats: number) => number;
}

export function lossScale(losses: readonly number[]): LossScale {
  const positive = losses.filter((nats) => nats > 0);
  const lowest = decadeBelow(positive.length > 0 ? Math.min(...positive) : 1e-3);
  const hasNone = positive.length < losses.length;
  const bottom = hasNone ? lowest / 10 : lowest;
  const top = Math.max(...positive, lowest * 10) * 1.5;
  const decades = powersOfTen(lowest, top);
  return {
    scale: {
      type: "log",
      domain: [bottom, top],
      ticks: hasNone ? [bottom, ...decades] : decades,
      tickFormat: (nats: number) => (hasNone && nats === bottom ? "0" : shortNumber(nats)),
    },
    place: (nats) => Math.max(bottom, nats),
  };
}

export function powersOfTen(low: number, high: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, step) => 10 ** (first + step));
}

/** `0.001`, `0.0018`: two digits are enough for the ends of a scale or a bin. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(2)));
}

const decadeBelow = (value: number) => 10 ** Math.floor(Math.log10(value) + 1e-9);
