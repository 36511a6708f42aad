// How `kvchat compare` writes its figures: no more digits than they are worth.

/** Nats: `0`, `0.00037`, `0.0594`, `1.53`. */
export function nats(value: number): string {
  if (value === 0) return "0";
  if (value < 0.000_01) return "<0.00001";
  return value < 0.01 ? value.toFixed(5) : value < 1 ? value.toFixed(4) : value.toFixed(2);
}

/** From a fraction: `99.74%`; `100%` only where it is all. */
export function percent(share: number): string {
  return share === 1 ? "100%" : `${Math.min(99.99, share * 100).toFixed(2)}%`;
}

export const ratio = (value: number) => value.toFixed(value < 10 ? 2 : 1);
export const count = (value: number) => value.toLocaleString("en");

/** `1:20`, or `1:02:03` from an hour on. */
export function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  const rest = two(seconds % 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}
