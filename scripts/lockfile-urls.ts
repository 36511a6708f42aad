// Bun writes the address of every package's archive into bun.lockb, which would tie the project to one registry. An empty
// address makes Bun ask the registry that the machine is set up for; the integrity hashes stay.
// Source of the layout: oven-sh/bun, src/install/lockfile/bun.lockb.zig and src/semver/SemverString.zig.

const stringBufferHeader = "\n<u8> 1 sizeof, 1 alignof\n";
/** Set in the length of a reference into the string buffer; without it the 8 bytes hold the text itself. */
const referenceBit = 0x8000_0000;

/** Returns a copy of a bun.lockb in which every http(s) address is empty, and how many there were. */
export function emptyRegistryUrls(lockfile: Uint8Array): { lockfile: Uint8Array; emptied: number } {
  const bytes = Buffer.from(lockfile);
  const { start, end } = findStringBuffer(bytes);
  const found = [];
  for (let at = 0; at + 8 <= start; at++) {
    const offset = start + bytes.readUInt32LE(at);
    const length = bytes.readUInt32LE(at + 4) - referenceBit;
    if (length <= 0 || offset + length > end) continue;
    if (/^https?:\/\/[^\s]+$/.test(bytes.toString("latin1", offset, offset + length)))
      found.push({ at, offset, length });
  }
  for (const { at, offset, length } of found) {
    bytes.fill(0, at, at + 8);
    bytes.fill(0, offset, offset + length);
  }
  return { lockfile: bytes, emptied: found.length };
}

/** Each buffer of the file is preceded by its start and end as u64, and then by a line that names its type. */
function findStringBuffer(bytes: Buffer): { start: number; end: number } {
  const header = bytes.indexOf(stringBufferHeader);
  if (header < 16) throw new Error("bun.lockb has no string buffer: this is not the layout of Bun 1.4");
  const start = Number(bytes.readBigUInt64LE(header - 16));
  const end = Number(bytes.readBigUInt64LE(header - 8));
  if (start < header || end < start || end > bytes.length)
    throw new Error("bun.lockb has a string buffer out of bounds");
  return { start, end };
}
