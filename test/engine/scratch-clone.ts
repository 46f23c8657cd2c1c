import type { SpawnSyncReturns } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished, test } from "vitest";
import { bindingFolderPrefix, projectRoot, webgpuFolderName } from "../../runtime/engine/locations.ts";

const root = projectRoot();

/**
 * For tests of a machine without a working engine. Where the home folder cannot be written the engine lies in the project, which
 * is looked at whatever `LLNET_CACHE` says: there such a machine cannot be had.
 */
export const emptyCacheTest = test.skipIf(hasEngineInProject());

/** A clone of the project's installer in a folder of its own, so that tests touch neither the real cache nor the project. */
export interface ScratchClone {
  readonly root: string;
  readonly cache: string;
  /** The only folder on the installer's PATH. */
  readonly programs: string;
  run(environment?: Record<string, string>, words?: readonly string[]): SpawnSyncReturns<string>;
  start(environment?: Record<string, string>): Promise<{ status: number | null; stdout: string }>;
}

/** Makes a scratch clone; `cache` is shared when several clones give the same one. */
export function createScratchClone(cache?: string): ScratchClone {
  const folder = createScratchFolder();
  cpSync(join(root, "scripts", "engine"), join(folder, "scripts", "engine"), { recursive: true });
  cpSync(join(root, "scripts", "setup-engine.mjs"), join(folder, "scripts", "setup-engine.mjs"));
  mkdirSync(join(folder, "runtime", "engine"), { recursive: true });
  cpSync(join(root, "runtime", "engine", "stderr-guard.cc"), join(folder, "runtime", "engine", "stderr-guard.cc"));
  writeFileSync(join(folder, "package.json"), `{ "name": "llnet", "type": "module" }`);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const programs = join(folder, "programs");
  mkdirSync(programs);
  const ownCache = cache ?? join(folder, "cache");
  const script = join(folder, "scripts", "setup-engine.mjs");
  const environment = (extra: Record<string, string>) => ({
    PATH: programs,
    LLNET_CACHE: ownCache,
    // No test may reach out: nobody listens at this address.
    TFJS_NODE_CDN_STORAGE: "http://127.0.0.1:9/",
    ...extra,
  });
  return {
    root: folder,
    cache: ownCache,
    programs,
    run: (extra = {}, words = []) => {
      const options = { encoding: "utf8", env: environment(extra), cwd: folder } as const;
      const result = spawnSync(process.execPath, [script, ...words], options);
      // On a slow machine a step that takes over two seconds is announced.
      return { ...result, stdout: result.stdout.replace(/^llnet: [^\n]*…\n/gm, "") };
    },
    start: (extra = {}) =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [script], {
          env: environment(extra),
          cwd: folder,
          stdio: ["ignore", "pipe", "inherit"],
        });
        let stdout = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          stdout += text;
        });
        child.on("close", (status) => resolve({ status, stdout }));
      }),
  };
}

/** A folder that is removed when the test ends. */
export function createScratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "llnet-engine-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function hasEngineInProject(): boolean {
  const local = join(root, ".engine");
  const webgpu = webgpuFolderName(process.platform, process.arch);
  const isEngine = (name: string) => name.startsWith(bindingFolderPrefix()) || name === webgpu;
  return existsSync(local) && readdirSync(local).some(isEngine);
}

/** Writes an executable shell script. */
export function writeProgram(path: string, lines: readonly string[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${lines.join("\n")}\n`);
  chmodSync(path, 0o755);
}
