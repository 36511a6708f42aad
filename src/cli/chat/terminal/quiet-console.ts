// Keeps stray console output of libraries off the screen while the chat draws on it.

const methods = ["log", "info", "warn", "error", "debug"] as const;

/** Silences the console; the function that is returned gives it back. */
export function quietConsole(): () => void {
  const saved = methods.map((method) => console[method]);
  for (const method of methods) console[method] = () => {};
  return () => {
    methods.forEach((method, index) => {
      console[method] = saved[index] as typeof console.log;
    });
  };
}
