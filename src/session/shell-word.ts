// Words in commands that a user may copy from a hint into a shell.

/** `text` as one word of a POSIX shell, in single quotes where it needs them. */
export function shellWord(text: string): string {
  return /^[\p{L}\p{M}\p{N}_@%+=:,.][\p{L}\p{M}\p{N}_@%+=:,.-]*$/u.test(text)
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;
}
