// Which rows of a list are in view: those around the selected one.

/** The index of the first of `height` rows. */
export function firstInView(selected: number, rows: number, height: number): number {
  return Math.max(0, Math.min(selected - Math.floor(height / 2), rows - height));
}
