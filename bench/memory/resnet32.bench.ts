/**
 * What a ResNet-32 training step at batch 128 needs besides weights and optimizer: planned by the compiler, held by the eager
 * executor's buffers, and seen by the operating system in a fresh process for each contender.
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { answerMark, type Command, projectPath, startContender, typescriptCommand } from "../contender.ts";
import { findPython } from "../find-python.ts";
import type { Benchmark, Measurement, Row } from "../measurement.ts";
import type { StepAnswer } from "../step/answer.ts";
import type { ModuleCount } from "../step/network.ts";
import { writeStartPoint } from "../step/start-point.ts";
import { forgetPeak, residentBytes } from "./resident.ts";

const batch = 128;
const mebibyte = 1024 * 1024;
const llnet = "bench/step/contenders/llnet.ts";

interface Setting {
  readonly title: string;
  readonly modules: ModuleCount;
  readonly split?: string;
  /** Most mebibytes that the plan may say. */
  readonly limit?: number;
}

const settings: readonly Setting[] = [
  { title: "K=1", modules: 1, limit: 310 },
  { title: "K=4 by units, 1c2f", modules: 4 },
  { title: "K=4 by memory, 1c2f", modules: 4, split: "into 4 by memory", limit: 115 },
];

export const benchMemory: Benchmark = async (note) => {
  const rows: Row[] = [];
  for (const setting of settings) {
    note(`memory of a step, batch ${batch}, ${setting.title}`);
    rows.push(...(await measure(setting)));
  }
  return rows;
};

async function measure({ title, modules, split, limit }: Setting): Promise<Row[]> {
  const start = writeStartPoint(modules, batch);
  const name = `memory, batch ${batch}, ${title}`;
  const options = [start, String(modules), ...(split === undefined ? [] : [split])];
  try {
    const eager = await observe("eager", typescriptCommand(llnet, ["eager", ...options]));
    const graph = await observe("graph", typescriptCommand(llnet, ["graph", ...options]));
    const planned = eager.last.memory?.planned ?? Number.NaN;
    const tracked = eager.last.memory?.tracked ?? Number.NaN;
    const limitRow = limit !== undefined && {
      anchor: `${limit} MiB`,
      ratio: planned / mebibyte / limit,
      target: "<= 1",
    };
    const rows: Row[] = [
      { name: `${name}: planned peak`, value: planned / mebibyte, unit: "MiB", ...limitRow },
      against(`${name}: eager's buffers`, tracked, "planned", planned, "== 1"),
      residentRow(`${name}: eager's process grew by`, eager.grown, planned),
      residentRow(`${name}: graph's process grew by`, graph.grown, planned),
    ];
    // The others are cut by units only.
    if (split === undefined) rows.push(...(await measureOthers(name, start, planned)));
    return rows;
  } finally {
    rmSync(start, { recursive: true, force: true });
  }
}

async function measureOthers(name: string, start: string, planned: number): Promise<Row[]> {
  const tape = await observe("tape", typescriptCommand("bench/step/contenders/tape.ts", [start]));
  const found = findPython();
  const rows = [residentRow(`${name}: tape's process grew by`, tape.grown, planned)];
  if ("skipped" in found) return [...rows, { name: `${name}: PyTorch`, skipped: found.skipped }];
  const script = projectPath("bench/step/contenders/torch_step.py");
  const printed = execFileSync(found.python, [script, start, "--saved-bytes"], { encoding: "utf8" });
  const { savedBytes } = JSON.parse(printed.slice(printed.indexOf(answerMark) + answerMark.length)) as {
    savedBytes: number;
  };
  return [...rows, against(`${name}: PyTorch saves for backward`, savedBytes, "planned", planned)];
}

/** Three steps in a fresh process: the last answer, and by how much its resident memory grew at most. */
async function observe(
  name: string,
  command: Command,
): Promise<{ readonly last: StepAnswer; readonly grown: number | undefined }> {
  const contender = await startContender<StepAnswer>(name, command);
  try {
    const canWatch = forgetPeak(contender.processId);
    const before = canWatch ? residentBytes(contender.processId).now : 0;
    await contender.ask();
    await contender.ask();
    const last = await contender.ask();
    return { last, grown: canWatch ? residentBytes(contender.processId).peak - before : undefined };
  } finally {
    contender.close();
  }
}

function residentRow(name: string, grown: number | undefined, planned: number): Row {
  return grown === undefined
    ? { name, skipped: "this system does not tell" }
    : against(name, grown, "planned", planned);
}

function against(name: string, bytes: number, anchor: string, other: number, target?: string): Measurement {
  const ratio = bytes / other;
  return { name, value: bytes / mebibyte, unit: "MiB", anchor, ratio, ...(target !== undefined && { target }) };
}
