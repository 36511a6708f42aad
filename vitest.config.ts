import { defineConfig } from "vitest/config";

const shared = { pool: "forks", testTimeout: 120_000, hookTimeout: 300_000 } as const;
const binary = "test/binary/**/*.test.ts";

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: "source", include: ["test/**/*.test.{ts,tsx}"], exclude: [binary] } },
      // Only these build the binary, and only when it is older than the sources.
      { test: { ...shared, name: "binary", include: [binary], globalSetup: "test/helpers/binary-build.ts" } },
    ],
  },
});
