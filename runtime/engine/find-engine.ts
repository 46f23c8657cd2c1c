import { readdirSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import {
  bindingFolderMiddle,
  bindingFolderPrefix,
  lastSetupFile,
  ownCacheFolders,
  recordFile,
  recordFormat,
  tensorflowVersion,
  tfjsVersion,
} from "./locations.ts";

/** An engine that lies ready on this machine. All paths are absolute. */
export interface EngineRecord {
  readonly found: true;
  readonly kind: "cpu" | "cuda";
  /** Version of TensorFlow's library, for example "2.21.0". */
  readonly tensorflow: string;
  /** Version of the tfjs-node-gpu sources the addon was compiled from. */
  readonly tfjs: string;
  readonly addon: string;
  /** The addon that keeps TensorFlow's start-up notices off stderr, or null when it could not be compiled. */
  readonly guard: string | null;
  /** The folder with TensorFlow's libraries. */
  readonly library: string;
  /** Where the libraries came from: our copy out of a wheel, an installed Python package, or tfjs's own download. */
  readonly source: "pip" | "python-package" | "upstream" | "cuda";
  /** First line of the compiler's version, or null when nothing was compiled. */
  readonly compiler: string | null;
  /** When it was built, ISO 8601. */
  readonly built: string;
}

/** Why there is no engine: one line for people, and what each way of getting one came up against. */
export interface EngineMissing {
  readonly found: false;
  readonly reason: string;
  readonly attempts: readonly SetupAttempt[];
}

/** One way to get an engine and why it did not work out, as the installer noted it. */
export interface SetupAttempt {
  readonly option: string;
  readonly reason: string;
}

/** Looks for the best engine without loading it (well below a millisecond's work per engine); never throws. */
export function findEngine(): EngineRecord | EngineMissing {
  const [record] = findEngines();
  if (record) return record;
  if (isSwitchedOff()) return { found: false, reason: "it is switched off by LLNET_ENGINE=none", attempts: [] };
  const { ready, attempts } = readLastSetup(ownCacheFolders());
  // An engine that was built and has gone since is not missing for the reasons noted then.
  const reason =
    !ready && attempts.length > 0 ? attempts.map((attempt) => attempt.reason).join("; ") : "it has not been set up yet";
  return { found: false, reason, attempts };
}

/** Every engine that lies ready, best first: those of the first cache, then those of the next. */
export function findEngines(): readonly EngineRecord[] {
  return isSwitchedOff() ? [] : ownCacheFolders().flatMap(findInCache);
}

function isSwitchedOff(): boolean {
  return process.env["LLNET_ENGINE"] === "none";
}

/** What the last run of the installer noted about the ways that did not lead to an engine. */
export function readAttempts(): readonly SetupAttempt[] {
  return readLastSetup(ownCacheFolders()).attempts;
}

function readLastSetup(caches: readonly string[]): {
  readonly ready: boolean;
  readonly attempts: readonly SetupAttempt[];
} {
  for (const cache of caches) {
    const note = readJson(join(cache, lastSetupFile));
    if (note && Array.isArray(note["reasons"])) {
      return { ready: note["ready"] === true, attempts: note["reasons"].filter(isAttempt) };
    }
  }
  return { ready: false, attempts: [] };
}

function findInCache(cache: string): readonly EngineRecord[] {
  const middle = bindingFolderMiddle(process.platform, process.arch);
  return folderNames(cache)
    .filter((name) => name.startsWith(bindingFolderPrefix()) && name.includes(middle))
    .map((name) => readRecord(join(cache, name)))
    .filter((record) => record !== null)
    .sort(byPreference);
}

// CUDA, which somebody has asked for, before the processor; our own TensorFlow version before others; then the newest.
function byPreference(a: EngineRecord, b: EngineRecord): number {
  const onCuda = Number(b.kind === "cuda") - Number(a.kind === "cuda");
  if (onCuda !== 0) return onCuda;
  const preferred = Number(b.tensorflow === tensorflowVersion) - Number(a.tensorflow === tensorflowVersion);
  return preferred || b.built.localeCompare(a.built);
}

// A record counts only when its files have the sizes they had when it was written: a copy cut short is no engine.
function readRecord(folder: string): EngineRecord | null {
  const json = readJson(join(folder, recordFile));
  if (json?.["format"] !== recordFormat || json["tfjs"] !== tfjsVersion) return null;
  const { kind, tensorflow, tfjs, addon, guard, source, compiler, built, sizes } = json;
  if (typeof json["library"] !== "string" || typeof addon !== "string" || typeof tensorflow !== "string") return null;
  const library = isAbsolute(json["library"]) ? json["library"] : join(folder, json["library"]);
  if (!hasSizes(folder, library, sizes)) return null;
  return {
    found: true,
    kind: kind === "cuda" ? "cuda" : "cpu",
    tensorflow,
    tfjs,
    addon: join(folder, addon),
    guard: typeof guard === "string" ? join(folder, guard) : null,
    library,
    source: source === "python-package" || source === "upstream" || source === "cuda" ? source : "pip",
    compiler: typeof compiler === "string" ? compiler : null,
    built: typeof built === "string" ? built : "",
  };
}

function hasSizes(folder: string, library: string, sizes: unknown): boolean {
  if (typeof sizes !== "object" || sizes === null) return false;
  return Object.entries(sizes).every(([file, size]) => {
    const path = file.startsWith("library/") ? join(library, file.slice("library/".length)) : join(folder, file);
    return statSync(path, { throwIfNoEntry: false })?.size === size;
  });
}

function isAttempt(value: unknown): value is SetupAttempt {
  if (typeof value !== "object" || value === null) return false;
  const { option, reason } = value as Record<string, unknown>;
  return typeof option === "string" && typeof reason === "string";
}

function readJson(path: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function folderNames(cache: string): readonly string[] {
  try {
    return readdirSync(cache);
  } catch {
    return [];
  }
}
