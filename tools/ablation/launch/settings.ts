import { readFileSync } from "node:fs";

/** How jobs are asked for on a cluster: from `launcher.json`, which belongs to one person on one cluster and not into git. */
export interface LauncherSettings {
  /** Of one trial: `"04:00:00"`. */
  readonly time?: string;
  readonly partition?: string;
  readonly account?: string;
  /** Accelerators of one trial. */
  readonly gpus?: number;
  readonly cpus?: number;
  /** Of one trial, in the cluster's spelling: `"16G"`. Absent: from the plan. */
  readonly memory?: string;
  /** Trials at a time. */
  readonly throttle: number;
  /** Trials in one array; clusters refuse arrays that are too long. */
  readonly chunk: number;
  /** Seconds before the end of its time at which a trial is warned, writes its checkpoint and is queued again. */
  readonly warning: number;
  /** Shell lines before each trial, such as `module load node`. */
  readonly setup: readonly string[];
  /** More options of the job, as the cluster spells them: `"--qos=long"`. */
  readonly options: readonly string[];
  /** Of a container, where the cluster runs those. */
  readonly image: string;
}

const defaults: LauncherSettings = { throttle: 8, chunk: 1000, warning: 120, setup: [], options: [], image: "node:22" };

const kinds: Readonly<Record<keyof LauncherSettings, "string" | "number" | "strings">> = {
  time: "string",
  partition: "string",
  account: "string",
  gpus: "number",
  cpus: "number",
  memory: "string",
  throttle: "number",
  chunk: "number",
  warning: "number",
  setup: "strings",
  options: "strings",
  image: "string",
};

/** Reads a launcher file; without one, the defaults. A sentence where it cannot be used. */
export function readLauncher(path: string): LauncherSettings | string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return defaults;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is not JSON: ${error instanceof Error ? error.message : error}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "it holds no object";
  for (const [name, entry] of Object.entries(value)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name as keyof LauncherSettings] : undefined;
    if (kind === undefined) return `there is no setting \`${name}\`; there are ${Object.keys(kinds).join(", ")}`;
    if (!isOf(kind, entry)) return `\`${name}\` must be ${kind === "strings" ? "a list of strings" : `a ${kind}`}`;
  }
  return { ...defaults, ...value };
}

function isOf(kind: "string" | "number" | "strings", value: unknown): boolean {
  if (kind === "strings") return Array.isArray(value) && value.every((entry) => isOf("string", entry));
  if (kind === "string") return typeof value === "string" && !/[\n\r]/.test(value);
  return typeof value === "number" && Number.isInteger(value) && value >= 1;
}
