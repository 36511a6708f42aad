// What llama.cpp logs, as lines for people: nothing, its warnings and errors with --verbose, all of it with --debug, which is
// thousands of lines.

const grave: ReadonlySet<string> = new Set(["fatal", "error", "warn"]);

export function nativeLog({ verbose, debug }: { verbose: boolean; debug: boolean }, tell: (line: string) => void) {
  if (!verbose && !debug) return undefined;
  return (level: string, message: string) => {
    if (debug || grave.has(level)) tell(`${level}: ${message.trimEnd()}`);
  };
}
