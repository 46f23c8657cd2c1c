import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { projectRoot } from "./locations.ts";

/** The machine, as far as it decides which engines work. */
export interface SystemDescription {
  /** `Debian GNU/Linux 12 (bookworm), Linux 6.1.0, glibc 2.36`. */
  readonly system: string;
  readonly processor: string;
  /** Cores this process may use. */
  readonly cores: number;
  /** Bytes of memory. */
  readonly memory: number;
  /** NVIDIA's cards with their driver, or null where its tool finds none. */
  readonly gpu: string | null;
  /** The commit of a clone, with `-dirty` where files are changed; null for a package. */
  readonly commit: string | null;
}

/** Never throws. What cannot be found out is left out. */
export function describeSystem(): SystemDescription {
  return {
    system: [distribution(), `${type()} ${release()}`, libc()].filter((part) => part !== "").join(", "),
    processor: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    memory: totalmem(),
    gpu: firstLine("nvidia-smi", ["--query-gpu=name,driver_version", "--format=csv,noheader"]),
    commit: existsSync(join(projectRoot(), ".git")) ? firstLine("git", ["describe", "--always", "--dirty"]) : null,
  };
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
}

function libc(): string {
  if (process.platform !== "linux") return "";
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined ? "no glibc" : `glibc ${header.glibcVersionRuntime}`;
}

function firstLine(program: string, words: readonly string[]): string | null {
  const { status, stdout } = spawnSync(program, words, {
    encoding: "utf8",
    timeout: 5_000,
    cwd: projectRoot(),
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout.split("\n", 1)[0]?.trim() || null : null;
}
