// Work that goes on side by side over one file: none of it may outlive the failure of another part, which closes the file.

/** What all of them come to, in order, when all have ended; throws what the first in order throws. */
export async function allEnded<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
