/** Job descriptions for clusters that llnet does not submit to: printed, for people to use. */
import type { Job } from "../runner.ts";
import type { LauncherSettings } from "./settings.ts";
import { quote } from "./slurm-script.ts";

/** An indexed Kubernetes Job and the list of trials it reads; the runs folder must be on a volume that all pods see. */
export function kubernetesJob(
  name: string,
  jobs: readonly Job[],
  settings: LauncherSettings,
  workingFolder: string,
): string {
  const { image, throttle, gpus, cpus, memory } = settings;
  const resourceName = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 50);
  const limits = [
    ...(cpus === undefined ? [] : [`cpu: ${cpus}`]),
    ...(memory === undefined ? [] : [`memory: ${JSON.stringify(memory)}`]),
    ...(gpus === undefined ? [] : [`nvidia.com/gpu: ${gpus}`]),
  ];
  return `${[
    "apiVersion: v1",
    "kind: ConfigMap",
    `metadata: { name: llnet-${resourceName} }`,
    "data:",
    "  trials: |",
    ...jobs.map(({ directory }) => `    ${directory}`),
    "---",
    "apiVersion: batch/v1",
    "kind: Job",
    `metadata: { name: llnet-${resourceName} }`,
    "spec:",
    "  completionMode: Indexed",
    `  completions: ${jobs.length}`,
    `  parallelism: ${Math.min(throttle, jobs.length)}`,
    "  backoffLimitPerIndex: 3",
    "  maxFailedIndexes: 1000",
    "  template:",
    "    spec:",
    "      restartPolicy: Never",
    "      containers:",
    "        - name: trial",
    `          image: ${JSON.stringify(image)}`,
    `          workingDir: ${JSON.stringify(workingFolder)}`,
    '          command: ["/bin/sh", "-c"]',
    "          args:",
    `            - 'exec npx llnet ablate trial --wait "$(sed -n "$((JOB_COMPLETION_INDEX + 1))p" /llnet/trials)"'`,
    ...(limits.length === 0 ? [] : [`          resources: { limits: { ${limits.join(", ")} } }`]),
    "          volumeMounts:",
    "            - { name: trials, mountPath: /llnet }",
    `            - { name: work, mountPath: ${JSON.stringify(workingFolder)} }`,
    "      volumes:",
    `        - { name: trials, configMap: { name: llnet-${resourceName} } }`,
    "        - { name: work, persistentVolumeClaim: { claimName: llnet-work } }",
  ].join("\n")}\n`;
}

/** One `ray job submit` per trial. */
export function rayCommands(jobs: readonly Job[], { gpus, cpus }: LauncherSettings, workingFolder: string): string {
  const resources = [
    ...(cpus === undefined ? [] : [`--entrypoint-num-cpus=${cpus}`]),
    ...(gpus === undefined ? [] : [`--entrypoint-num-gpus=${gpus}`]),
  ].join(" ");
  const lines = jobs.map(({ directory }) => {
    const inner = `cd ${quote(workingFolder)} && npx llnet ablate trial --wait ${quote(directory)}`;
    return ["ray job submit --no-wait", resources, `-- sh -c ${quote(inner)}`].filter((part) => part !== "").join(" ");
  });
  return `${lines.join("\n")}\n`;
}
