// Text filled up with spaces to the columns that it is to take.
import stringWidth from "string-width";

export function padToColumns(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - stringWidth(text)));
}
