import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const fromRoot = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: { "llnet/runtime": fromRoot("runtime/index.ts"), "llnet/compiler": fromRoot("compiler/index.ts") },
  },
  test: {
    include: ["test/**/*.test.ts"],
    // The native engine lives once per process and is never unloaded, so every test file gets a process of its own.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { NO_COLOR: "1", TF_CPP_MIN_LOG_LEVEL: "2", LLNET_TESTING: "1" },
    dangerouslyIgnoreUnhandledErrors: false,
    allowOnly: false,
    passWithNoTests: false,
    setupFiles: [fromRoot("test/support/warnings-fail.ts")],
  },
});
