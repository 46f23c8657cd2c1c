import { createRequire } from "node:module";
import type { Binding } from "./binding.ts";
import { EngineError } from "./engine-error.ts";
import type { EngineMissing, EngineRecord } from "./find-engine.ts";
import { findEngine, findEngines } from "./find-engine.ts";
import { whyLastLoadCrashed } from "./last-load.ts";
import { markLoading } from "./loading-marks.ts";
import { probeBinding } from "./probe-addon.ts";
import { threadsAskedFor } from "./thread-count.ts";

/** The native engine, loaded into this process. */
export interface Engine {
  readonly record: EngineRecord;
  readonly binding: Binding;
  /** Better ones that are here and do not work, best first. */
  readonly broken: readonly EngineError[];
}

/** The command that sets the engine up again, as users type it. */
export const setupCommand = "npx llnet engine install";

/**
 * Loads the native engine into this process and returns its binding: about 0.2 s and 200 MB the first time, nothing after
 * that (Node keeps the addon). Reads `LLNET_THREADS` (whole number, 1 or more) before the first load; TensorFlow decides
 * itself when it is not set. `TF_CPP_MIN_LOG_LEVEL` becomes 2 (errors only) unless it is set. Where the best one does not
 * work, such as CUDA's without its driver, the next best is taken; `kind` takes no other. An addon whose last load ended
 * its process is first tried in a child process, and passed over where it ends that too.
 *
 * Throws an `EngineError` when there is no engine (LL9010), when none works (LL9011), or when `LLNET_THREADS` or
 * `LLNET_ENGINE` has an impossible value (LL9012). tfjs itself is not loaded.
 */
export function loadEngine(kind?: EngineRecord["kind"]): Engine {
  checkWish(process.env["LLNET_ENGINE"]);
  const best = findEngine();
  if (!best.found) throw missingEngine(best);
  prepareEnvironment();
  const errors: EngineError[] = [];
  for (const record of findEngines()) {
    if (kind !== undefined && record.kind !== kind) continue;
    const binding = tryToLoad(record);
    if (!(binding instanceof EngineError)) return { record, binding, broken: errors };
    errors.push(binding);
  }
  throw errors.length === 1 ? errors[0] : allBroken(errors);
}

/** Passes over an engine that is known not to work, without trying it in this process. */
export function passOver(record: EngineRecord, reason: string): void {
  broken.set(record.addon, brokenEngine(record, reason));
}

/** By addon: what did not work once is not tried again in this process. */
const broken = new Map<string, EngineError>();

function tryToLoad(record: EngineRecord): Binding | EngineError {
  const known = broken.get(record.addon);
  if (known !== undefined) return known;
  const problem = whyLastLoadCrashed(record.addon, probeBinding);
  if (problem !== null) {
    passOver(record, problem);
    return brokenEngine(record, problem);
  }
  const takeMarkAway = markLoading(record.addon);
  try {
    return loadQuietly(record);
  } catch (error) {
    // It is told in one line.
    const [message = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    passOver(record, message);
    return brokenEngine(record, message);
  } finally {
    takeMarkAway();
  }
}

function brokenEngine({ kind }: EngineRecord, reason: string): EngineError {
  const { title, retry } = wordsFor(kind);
  return new EngineError("LL9011", `the ${title} engine does not work: ${reason}`, `build it again with \`${retry}\``);
}

function wordsFor(kind: EngineRecord["kind"]): { readonly title: string; readonly retry: string } {
  return kind === "cuda"
    ? { title: "CUDA", retry: `${setupCommand} cuda --force` }
    : { title: "native", retry: `${setupCommand} --force` };
}

function allBroken(errors: readonly EngineError[]): EngineError {
  const message = errors.map((error) => error.message).join("; ");
  return new EngineError("LL9011", message, errors.at(-1)?.help ?? "");
}

/** The error for commands that need the engine where there is none. */
export function missingEngine({ reason }: EngineMissing): EngineError {
  const isSwitchedOff = process.env["LLNET_ENGINE"] === "none";
  const help = isSwitchedOff ? "unset LLNET_ENGINE to use one" : `run \`${setupCommand}\`, then \`llnet doctor\``;
  return new EngineError("LL9010", `the native engine is missing: ${reason}`, help);
}

function checkWish(wish: string | undefined): void {
  if (wish === undefined || ["", "cpu", "none", "auto", "native", "cuda", "webgpu", "portable"].includes(wish)) return;
  throw new EngineError(
    "LL9012",
    `LLNET_ENGINE is \`${wish}\``,
    "set it to `auto`, `native`, `cuda`, `webgpu`, `portable` or `none`, or leave it unset",
  );
}

interface StderrGuard {
  /** Should the process be ended by a crash while stderr is caught, what was caught is written there, and this line. */
  capture(lastWords: string): boolean;
  release(): string;
}

// TensorFlow reads these once, while its library is loaded.
function prepareEnvironment(): void {
  const environment = process.env;
  environment["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  const threads = threadsAskedFor(environment);
  if (threads === undefined) return;
  environment["TF_NUM_INTRAOP_THREADS"] = threads;
  environment["TF_NUM_INTEROP_THREADS"] = threads;
}

function loadQuietly(record: EngineRecord): Binding {
  const require = createRequire(record.addon);
  const guard = loadGuard(require, record.guard);
  const caught = guard?.capture(lastWords(record)) ?? false;
  try {
    const binding = require(record.addon) as Binding;
    runTrivialOperation(binding);
    return binding;
  } finally {
    if (caught && guard) passOn(guard.release());
  }
}

function lastWords({ kind }: EngineRecord): string {
  const { title, retry } = wordsFor(kind);
  return `llnet: the ${title} engine crashes when it is loaded; start again to compute without it, or build it again with \`${retry}\`\n`;
}

// A missing guard only means that TensorFlow's notices stay visible.
function loadGuard(require: NodeJS.Require, path: string | null): StderrGuard | null {
  if (path === null) return null;
  try {
    return require(path) as StderrGuard;
  } catch {
    return null;
  }
}

// Also makes TensorFlow write its start-up notices now, while they are being caught.
function runTrivialOperation(binding: Binding): void {
  const one = binding.createTensor([], binding.TF_FLOAT, new Float32Array([1]));
  const [sum] = binding.executeOp("AddV2", [], [one, one], 1);
  const value = sum ? binding.tensorDataSync(sum.id)[0] : undefined;
  binding.deleteTensor(one);
  if (sum) binding.deleteTensor(sum.id);
  if (value !== 2) throw new Error(`1 + 1 gave ${value}`);
}

// The notices TensorFlow always writes: about its own logging, and that oneDNN (which we want) is on.
const notices = [/log messages before absl::InitializeLog\(\)/, /oneDNN custom operations are on/];

function passOn(text: string): void {
  const lines = text.split("\n").filter((line) => line !== "" && !notices.some((notice) => notice.test(line)));
  if (lines.length > 0) process.stderr.write(`${lines.join("\n")}\n`);
}
