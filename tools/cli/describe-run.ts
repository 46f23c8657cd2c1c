import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import type { Dataset, StepProgram } from "../../runtime/index.ts";
import type { RunManifest } from "../../runtime/train/loop/index.ts";
import { absoluteSpecification } from "./open-data.ts";
import type { Session } from "./session.ts";
import { ownVersion } from "./version.ts";

export interface RunFacts {
  readonly program: StepProgram;
  readonly dataset: Dataset;
  readonly executor: string;
  readonly specification: string;
  /** Text of every llnet file by path; empty where a run is continued. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Everything someone needs to know to make the run again. */
export async function describeRun(session: Session, facts: RunFacts): Promise<RunManifest> {
  const { programHash } = await session.services.loop();
  const { threadCount } = await session.services.engine();
  const engine = await engineOf(session, facts.executor);
  const { program, dataset, executor, specification, sources } = facts;
  return {
    format: "llnet-run",
    version: 1,
    model: program.name,
    created: new Date().toISOString(),
    programHash: programHash(program),
    executor,
    seed: program.recipe.seed,
    sources: [...sources].map(([path, text]) => ({ path, sha256: createHash("sha256").update(text).digest("hex") })),
    dataset: {
      specification: absoluteSpecification(specification),
      checksum: dataset.checksum,
      files: dataset.files,
      train: dataset.train.count,
      ...(dataset.validation && { validation: dataset.validation.count }),
      test: dataset.test.count,
    },
    versions: { llnet: ownVersion, node: process.version, ...engine.versions },
    engine: engine.title,
    threads: String(threadCount(process.env).threads),
    command: session.command,
    ...gitState(),
  };
}

interface EngineFacts {
  readonly title: string;
  readonly versions: { readonly tensorflow?: string; readonly tfjs: string };
}

/** The engine an executor runs on here; a native one is loaded, since only that tells which one works. */
async function engineOf(session: Session, executor: string): Promise<EngineFacts> {
  const { loadEngine, nativeTitle, portableTitle, tfjsVersion, webgpuTitle } = await session.services.engine();
  if (executor === "webgpu") return { title: webgpuTitle, versions: { tfjs: tfjsVersion } };
  if (executor === "portable") return { title: portableTitle, versions: { tfjs: tfjsVersion } };
  const { record } = loadEngine();
  return { title: nativeTitle(record), versions: { tensorflow: record.tensorflow, tfjs: record.tfjs } };
}

/** `digits-20260131-174500`, in universal time. */
export function runName(model: string, created: string): string {
  return `${model}-${created.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}`;
}

function gitState(): Pick<RunManifest, "commit" | "uncommitted"> {
  const commit = git("rev-parse", "HEAD");
  if (commit === undefined) return { commit: null };
  const changes = git("status", "--porcelain", "--untracked-files=no");
  return { commit, ...(changes !== undefined && { uncommitted: changes !== "" }) };
}

/** What a git command prints; undefined where there is no git, no repository, or no answer in time. */
function git(...words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync("git", words, {
    encoding: "utf8",
    timeout: 2000,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** A commit, and whether it is all that was run. */
export function commitWords({ commit, uncommitted }: Pick<RunManifest, "commit" | "uncommitted">): string | null {
  return commit === null || uncommitted !== true ? commit : `${commit} with uncommitted changes`;
}
