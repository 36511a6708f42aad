// Sizes as people write them: `10 GiB`, `500MB`, `2g`, or bare bytes.

const powers = ["", "k", "m", "g", "t"];
const pattern = /^(\d+(?:\.\d+)?)\s*(?:([kmgt]?)(i?)(b?))$/;

/** Whole bytes; undefined for what is no size. `GB` is 1000³, `GiB` and `G` are 1024³. */
export function parseBytes(text: string): number | undefined {
  const [, amount, power = "", binary, unit] = pattern.exec(text.trim().toLowerCase()) ?? [];
  if (amount === undefined || (binary && (power === "" || !unit))) return undefined;
  const base = unit && !binary ? 1000 : 1024;
  const bytes = Math.round(Number(amount) * base ** powers.indexOf(power));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
