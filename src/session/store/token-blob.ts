// Token ids as they stand in the database: unsigned, 32 bits each, little-endian as every machine that runs this.

export function toBlob(tokens: ArrayLike<number>): Uint8Array {
  return new Uint8Array(Uint32Array.from(tokens).buffer);
}

/** A copy: the bytes of a row need not be aligned. What a damaged blob has beyond whole tokens is left out. */
export function fromBlob(blob: Uint8Array): Uint32Array {
  return new Uint32Array(new Uint8Array(blob).buffer, 0, Math.floor(blob.length / 4));
}
