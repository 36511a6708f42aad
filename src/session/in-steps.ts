// Thins out progress: an engine reports it hundreds of times a second, and nobody looks that often.

/** Passes on `fraction` (0 to 1) when it has come to the next of `steps` equal steps. */
export function inSteps(report: (fraction: number) => void, steps = 20): (fraction: number) => void {
  let last = -1;
  return (fraction) => {
    const step = Math.floor(fraction * steps);
    if (step <= last) return;
    last = step;
    report(fraction);
  };
}
