import type { EngineRecord } from "./find-engine.ts";
import { findEngine, findEngines, readAttempts } from "./find-engine.ts";
import { tfjsVersion } from "./locations.ts";
import { type Probe, probeBinding } from "./probe-addon.ts";
import { type ThreadCount, threadCount } from "./thread-count.ts";

/** What `llnet doctor` says about the engine. */
export interface EngineDescription extends ThreadCount {
  /** The engine in use, or null when there is none that works. */
  readonly engine: "cpu" | "cuda" | null;
  /** Why there is none; null when there is one. */
  readonly problem: string | null;
  readonly tensorflow: string | null;
  readonly tfjs: string;
  /** The devices TensorFlow computes on, the one in use first: "CPU:0", or "GPU:0" and "CPU:0". */
  readonly devices: readonly string[];
  readonly node: string;
  readonly addon: string | null;
  readonly library: string | null;
  /** Where TensorFlow's libraries came from. */
  readonly source: EngineRecord["source"] | null;
  readonly compiler: string | null;
  /** Whether TensorFlow's start-up notices are kept off stderr. */
  readonly quiet: boolean;
  /** Engines that are there and do not work, the best first. */
  readonly broken: readonly { readonly record: EngineRecord; readonly problem: string }[];
  /** Every other engine, or way to get this one, that could have been, and why it was not. */
  readonly others: readonly { readonly option: string; readonly why: string }[];
}

/**
 * Describes the engine by running one operation with it in a child process (about 0.3 s), so that a library that crashes
 * is described rather than fatal; where the best one does not work, the next best. Never throws.
 */
export function describeEngine(): EngineDescription {
  const probes = probeUntilOneWorks();
  const working = probes.find(({ probe }) => probe.problem === null);
  const record = working?.record ?? findEngine();
  const probe = working?.probe ?? probes[0]?.probe ?? { problem: record.found ? null : record.reason };
  const broken = probes.flatMap(({ record, probe: { problem } }) => (problem === null ? [] : [{ record, problem }]));
  const attempts = record.found ? readAttempts() : record.attempts;
  const works = working !== undefined && record.found;
  return {
    engine: works ? record.kind : null,
    problem: probe.problem,
    tensorflow: record.found ? record.tensorflow : null,
    tfjs: record.found ? record.tfjs : tfjsVersion,
    devices: works ? ("gpu" in probe && probe.gpu ? ["GPU:0", "CPU:0"] : ["CPU:0"]) : [],
    ...threadCount(process.env),
    node: process.version,
    addon: record.found ? record.addon : null,
    library: record.found ? record.library : null,
    source: record.found ? record.source : null,
    compiler: record.found ? record.compiler : null,
    quiet: record.found && record.guard !== null,
    broken,
    others: [
      ...(probes.some(({ record: { kind } }) => kind === "cuda")
        ? []
        : [{ option: "cuda", why: "not set up: `npx llnet engine install cuda`" }]),
      ...attempts.map(({ option, reason }) => ({ option, why: reason })),
    ],
  };
}

function probeUntilOneWorks(): readonly { readonly record: EngineRecord; readonly probe: Probe }[] {
  const probes: { record: EngineRecord; probe: Probe }[] = [];
  for (const record of findEngines()) {
    const probe = probeBinding(record.addon);
    probes.push({ record, probe });
    if (probe.problem === null) break;
  }
  return probes;
}
