import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const fromRoot = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// What these say to the commands under test, a test says itself: colours, an engine, the repository of a hook that runs the
// tests. `LLNET_ENGINE=none` stays, for a run without the native engine.
for (const name of Object.keys(process.env)) {
  const isKept = name === "LLNET_ENGINE" && process.env[name] === "none";
  if (/^(FORCE_COLOR|CLICOLOR_FORCE|GIT_.*|LLNET_ENGINE|NODE_ENV)$/.test(name) && !isKept) delete process.env[name];
}

export default defineConfig({
  resolve: {
    alias: { "llnet/runtime": fromRoot("runtime/index.ts"), "llnet/compiler": fromRoot("compiler/index.ts") },
  },
  test: {
    include: ["test/**/*.test.ts"],
    // The native engine lives once per process and is never unloaded, so every test file gets a process of its own.
    pool: "forks",
    maxWorkers: 2,
    // For what hangs alone: a machine that is ten times slower, or has as much else to do, ends every test in time.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: { NO_COLOR: "1", TF_CPP_MIN_LOG_LEVEL: "2", LLNET_TESTING: "1" },
    dangerouslyIgnoreUnhandledErrors: false,
    allowOnly: false,
    passWithNoTests: false,
    setupFiles: [fromRoot("test/support/warnings-fail.ts")],
  },
});
