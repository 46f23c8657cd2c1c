/**
 * `npm run test:slurm`: a study on a real Slurm of one node, started here from Debian's packages (`apt-get install slurm-wlm
 * munge`) in a scratch folder and stopped again. An array of 12 trials, two at a time, one requeued in the middle, one failing; the
 * report's job after all of them; results equal to those of a run without Slurm. About four minutes: Slurm lets a requeued task
 * wait for two. Skipped with a word where Slurm is not installed.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol"];
const places = `${process.env.PATH}:/usr/sbin:/sbin`;
const missing = programs.filter((name) => !places.split(":").some((place) => existsSync(join(place, name))));
if (missing.length > 0) {
  console.log(`skipped: ${missing.join(", ")} not found; Debian has them in slurm-wlm and munge`);
  process.exit(0);
}

const llnet = fileURLToPath(new URL("../tools/cli/llnet.cjs", import.meta.url));
const example = fileURLToPath(new URL("../examples/digits.llnet", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "llnet-slurm-"));
const environment = { ...process.env, PATH: places, SLURM_CONF: join(folder, "slurm.conf") };
const daemons = [];
process.on("exit", stopSlurm);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

copyFileSync(example, join(folder, "digits.llnet"));
writeFileSync(
  join(folder, "study.llnet"),
  `import { digits } from "./digits.llnet"

/// Eleven seeds, long enough to be requeued.
ablate seeds of digits {
  vary split:  into 2
  vary train.epochs: 60
  repeat seed: 1..11
}

/// A rate at which nothing survives.
ablate broken of digits {
  vary train.rate: 1e30
}
`,
);
writeFileSync(
  join(folder, "launcher.json"),
  JSON.stringify({ throttle: 2, time: "00:10:00", cpus: 1, memory: "600M" }),
);

await startSlurm();
console.log("Slurm is up");
const submission = JSON.parse(
  run([llnet, "ablate", "run", "study.llnet", "--data", "digits", "--on", "slurm", "--json"]),
);
console.log(`array ${submission.arrays}, report ${submission.report}`);
check(submission.trials.length === 12, `${submission.trials.length} trials were submitted`);
const again = run([llnet, "ablate", "run", "study.llnet", "--data", "digits", "--on", "slurm"]);
check(again.includes("nothing to submit"), "what is queued was submitted again");

let requeued;
let most = 0;
const deadline = Date.now() + 15 * 60_000;
for (;;) {
  const queue = jobs();
  const running = queue
    .filter(({ state }) => state === "RUNNING" && true)
    .filter(({ id }) => id.startsWith(`${submission.arrays[0]}_`));
  most = Math.max(most, running.length);
  const middle = requeued === undefined ? running.find(({ id }) => hasEpoch(id)) : undefined;
  if (middle !== undefined) {
    requeued = middle.id;
    slurm("scontrol", "requeue", requeued);
    console.log(`requeued ${requeued}`);
  }
  if (queue.length === 0) break;
  check(Date.now() < deadline, `still in the queue: ${JSON.stringify(queue)}`);
  await pause(1000);
}
check(most <= 2, `${most} trials at a time`);
check(requeued !== undefined, "no trial ran long enough to be requeued");

const status = JSON.parse(run([llnet, "ablate", "status", "study.llnet", "--json"], 1));
const trials = status.studies.flatMap((study) => study.trials);
check(
  trials.filter((trial) => trial.status === "done").length === 11,
  `not 11 done: ${JSON.stringify(trials, null, 1)}`,
);
const failed = trials.filter((trial) => trial.status === "failed");
check(failed.length === 1 && /LL6201/.test(failed[0].reason), `not one failed: ${JSON.stringify(failed)}`);
const twice = trials.filter((trial) => trial.attempts === 2);
check(twice.length === 1, `${twice.length} trials were begun twice`);
check(existsSync(join(folder, "runs", "slurm", "study.html")), `the report is missing: ${slurmOutput("report")}`);

console.log("the same study without Slurm");
spawnSync(process.execPath, [llnet, "ablate", "run", "study.llnet", "--data", "digits", "--runs", "local"], {
  cwd: folder,
  env: { ...environment, LLNET_THREADS: "1" },
  stdio: "inherit",
});
for (const { trial, variant, seed, status: state } of trials) {
  if (state !== "done") continue;
  const [there, here] = ["runs", "local"].map((runs) => numbersOf(join(folder, runs, "trials", trial, "result.json")));
  check(there === here, `${variant} seed ${seed} has other numbers with Slurm`);
}
console.log(
  "passed: 12 trials, two at a time, one requeued, one failed, the report after all, numbers as without Slurm",
);
stopSlurm();
rmSync(folder, { recursive: true, force: true });

/** One node with every core, in a folder of its own; the recipe of Slurm's quick start without a database. */
async function startSlurm() {
  const place = (name) => join(folder, "slurm", name);
  for (const name of ["state", "spool", "munge"]) mkdirSync(place(name), { recursive: true });
  chmodSync(place("munge"), 0o700);
  const key = place("munge/key");
  writeFileSync(key, Buffer.from(Array.from({ length: 1024 }, () => Math.floor(Math.random() * 256))));
  chmodSync(key, 0o400);
  const host = hostname().split(".")[0];
  writeFileSync(
    environment.SLURM_CONF,
    `${[
      "ClusterName=one",
      `SlurmctldHost=${host}(127.0.0.1)`,
      "SlurmUser=root",
      "SlurmdUser=root",
      "AuthType=auth/munge",
      `AuthInfo=socket=${place("munge/socket")}`,
      "CredType=cred/munge",
      `StateSaveLocation=${place("state")}`,
      `SlurmdSpoolDir=${place("spool")}`,
      `SlurmctldPidFile=${place("controller.pid")}`,
      `SlurmdPidFile=${place("node.pid")}`,
      `SlurmctldLogFile=${place("controller.log")}`,
      `SlurmdLogFile=${place("node.log")}`,
      "SlurmctldPort=16817",
      "SlurmdPort=16818",
      "ProctrackType=proctrack/linuxproc",
      "TaskPlugin=task/none",
      "MpiDefault=none",
      "ReturnToService=2",
      "SelectType=select/cons_tres",
      "SelectTypeParameters=CR_Core",
      "SchedulerParameters=sched_interval=1",
      "JobAcctGatherType=jobacct_gather/none",
      "AccountingStorageType=accounting_storage/none",
      "MaxArraySize=1001",
      `NodeName=${host} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} RealMemory=4000 State=UNKNOWN`,
      `PartitionName=dev Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
    ].join("\n")}\n`,
  );
  start("munged", [
    "--foreground",
    "--force",
    `--key-file=${key}`,
    `--socket=${place("munge/socket")}`,
    `--pid-file=${place("munge/pid")}`,
    `--log-file=${place("munge/log")}`,
    `--seed-file=${place("munge/seed")}`,
  ]);
  await until(() => existsSync(place("munge/socket")), "munged does not answer");
  start("slurmctld", ["-D", "-i", "-f", environment.SLURM_CONF]);
  start("slurmd", ["-D", "-f", environment.SLURM_CONF]);
  await until(() => /idle|mix|alloc/.test(slurm("sinfo", "--noheader", "--format=%T")), "Slurm does not come up");
}

function start(name, words) {
  daemons.push(spawn(name, words, { env: environment, stdio: "ignore" }));
}

function stopSlurm() {
  for (const daemon of daemons.splice(0).reverse()) daemon.kill("SIGTERM");
}

function slurm(name, ...words) {
  const { stdout, stderr, status } = spawnSync(name, words, { env: environment, encoding: "utf8" });
  if (status !== 0 && name !== "sinfo") console.error(`${name} ${words.join(" ")}: ${stderr.trim()}`);
  return stdout ?? "";
}

/** What is queued or at work: `7_3` and its state. */
function jobs() {
  const lines = slurm("squeue", "--noheader", "--array", "--format=%i %T").trim().split("\n");
  return lines.filter((line) => line !== "").map((line) => ({ id: line.split(" ")[0], state: line.split(" ")[1] }));
}

/** Whether the task's trial has finished an epoch and is not near its end. */
function hasEpoch(id) {
  const directory = submission.trials[Number(id.split("_")[1])];
  const log = join(directory, "run", "log.jsonl");
  const epochs = existsSync(log) ? (readFileSync(log, "utf8").match(/"kind":"epoch"/g) ?? []).length : 0;
  return epochs >= 3 && epochs < 40;
}

function slurmOutput(kind) {
  const jobFolder = submission.directory;
  const names = readdirSync(jobFolder).filter((name) => name.startsWith(kind));
  return names.map((name) => readFileSync(join(jobFolder, name), "utf8")).join("\n");
}

function run(words, expected = 0) {
  const { stdout, stderr, status } = spawnSync(process.execPath, words, {
    cwd: folder,
    env: environment,
    encoding: "utf8",
  });
  check(status === expected, `llnet ${words.slice(1).join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

function numbersOf(path) {
  const { document } = JSON.parse(readFileSync(path, "utf8"));
  return JSON.stringify(
    document.epochs.map(({ losses, train, test: { seconds: _, ...test } }) => [losses, train, test]),
  );
}

async function until(holds, otherwise) {
  for (let tries = 0; tries < 150; tries += 1) {
    if (holds()) return;
    await pause(200);
  }
  check(false, otherwise);
}

function check(isTrue, message) {
  if (isTrue) return;
  console.error(`failed: ${message}\nthe folder is kept: ${folder}`);
  process.exit(1);
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
