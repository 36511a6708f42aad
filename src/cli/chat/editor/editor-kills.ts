// What was killed, to be yanked again, as in readline and Emacs: kills in a row are one; the ring keeps those before it.

const mostKills = 30;

/** Newest last. `joined`: the newest one grows, at its start where the kill went to the left. */
export function keepKill(
  kills: readonly string[],
  killed: string,
  joined: "before" | "behind" | undefined,
): readonly string[] {
  if (killed === "") return kills;
  const newest = kills.at(-1) ?? "";
  if (joined === undefined) return [...kills.slice(1 - mostKills), killed];
  return [...kills.slice(0, -1), joined === "before" ? killed + newest : newest + killed];
}
