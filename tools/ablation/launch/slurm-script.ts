/** The scripts a Slurm cluster is given: plain text, so that `--dry-run` shows all there is. */
import type { LauncherSettings } from "./settings.ts";

export interface ArrayJob {
  readonly name: string;
  /** Absolute: where the study was started, and what relative data paths mean. */
  readonly workingFolder: string;
  /** A file with a trial's folder on each line. */
  readonly list: string;
  readonly count: number;
  /** Folder of the jobs' own output. */
  readonly output: string;
  /** Bytes of the largest trial, by plan. */
  readonly bytes: number;
  /** Words before `ablate`: node and the script. */
  readonly llnet: readonly string[];
  readonly stopWhen?: string;
}

/**
 * One array: task i runs the i-th trial of the list. Warned before its time ends, a trial writes its checkpoint and the task is
 * queued again; requeued by the cluster, it goes on from its checkpoint too.
 */
export function arrayScript(job: ArrayJob, settings: LauncherSettings): string {
  const { count, output, list, workingFolder, llnet, stopWhen } = job;
  const words = [...llnet, "ablate", "trial", "--wait", ...(stopWhen === undefined ? [] : ["--stop-when", stopWhen])];
  return `${[
    "#!/bin/bash",
    ...directives([
      `--job-name=${safeName(job.name)}`,
      `--array=0-${count - 1}%${settings.throttle}`,
      "--requeue",
      "--open-mode=append",
      `--output=${output}/%A_%a.txt`,
      `--signal=B:USR1@${settings.warning}`,
      ...resources(settings, job.bytes),
    ]),
    `cd ${quote(workingFolder)} || exit 4`,
    ...settings.setup,
    // Not every cluster keeps a task to its processors.
    ...(settings.cpus === undefined ? [] : [`export LLNET_THREADS="\${LLNET_THREADS:-${settings.cpus}}"`]),
    `trial=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" ${quote(list)})`,
    "",
    "warned=",
    `trap 'warned=yes; kill -TERM "$child" 2>/dev/null' USR1`,
    `${words.map(quote).join(" ")} "$trial" &`,
    "child=$!",
    "# A warning may come before there was anybody to pass it on to.",
    `if [ -n "$warned" ]; then kill -TERM "$child"; fi`,
    'while kill -0 "$child" 2>/dev/null; do wait "$child"; status=$?; done',
    "# 130: it was stopped and has its checkpoint.",
    'if [ -n "$warned" ] && [ "$status" -eq 130 ]; then',
    '  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"',
    "fi",
    'exit "$status"',
  ].join("\n")}\n`;
}

/** A job that waits for all arrays, however their tasks ended, and writes the report. */
export function reportScript(
  { name, workingFolder, output, llnet }: ArrayJob,
  settings: LauncherSettings,
  words: readonly string[],
): string {
  const { time: _time, gpus: _gpus, ...light } = settings;
  return `${[
    "#!/bin/bash",
    ...directives([
      `--job-name=${safeName(`${name}-report`)}`,
      "--open-mode=append",
      `--output=${output}/report_%j.txt`,
      ...resources({ ...light, cpus: 1, memory: "2G" }, 0),
    ]),
    `cd ${quote(workingFolder)} || exit 4`,
    ...settings.setup,
    `exec ${[...llnet, "ablate", "report", ...words].map(quote).join(" ")}`,
  ].join("\n")}\n`;
}

function directives(options: readonly string[]): readonly string[] {
  return [...options.map((option) => `#SBATCH ${option}`), ""];
}

function resources(settings: LauncherSettings, bytes: number): readonly string[] {
  const { time, partition, account, gpus, cpus, memory, options } = settings;
  // A quarter more than planned: the engine's own scratch memory is in no plan.
  const planned = bytes > 0 ? `${Math.ceil((1.25 * bytes) / 2 ** 20 / 256) * 256}M` : undefined;
  const wanted = memory ?? planned;
  return [
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(gpus === undefined ? [] : [`--gpus-per-task=${gpus}`, "--ntasks=1"]),
    ...(cpus === undefined ? [] : [`--cpus-per-task=${cpus}`]),
    ...(wanted === undefined ? [] : [`--mem=${wanted}`]),
    ...options,
  ];
}

/** Slurm's own names: no spaces, nothing a shell reads. */
function safeName(name: string): string {
  return `llnet-${name}`.replaceAll(/[^A-Za-z0-9._-]/g, "-").slice(0, 60);
}

/** For a POSIX shell; plain words stay plain. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
