// Names for error messages: quoted, on one line whatever they hold, and cut where they are long.

const mostCharacters = 200;

/** `text` in double quotes; line breaks and other control characters escaped, the middle left out where it is too long. */
export function quoted(text: string): string {
  const half = mostCharacters / 2;
  const short = text.length > mostCharacters ? `${text.slice(0, half)}…${text.slice(-half)}` : text;
  return JSON.stringify(short).replace(/[\u007f-\u009f\u2028\u2029]/g, "\ufffd");
}
