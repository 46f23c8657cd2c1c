/**
 * The portable executor on WebAssembly: a step of ResNet-32 cut in four beside the native graph's, kernels that TensorFlow.js
 * ships slow beside their repairs, and the time in which the digits example reaches 95 %.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { loadWasm } from "../../runtime/engine/load-wasm.ts";
import type { EngineAttributes, EngineTensor } from "../../runtime/engine/portable-engine.ts";
import { createKit, type Kit } from "../../runtime/execute/portable/kit.ts";
import { wasmRepairs } from "../../runtime/execute/portable/repairs/wasm.ts";
import { type Contender, startContender, typescriptCommand } from "../contender.ts";
import { interleave } from "../interleave.ts";
import { type Benchmark, type Measurement, median, type Row } from "../measurement.ts";
import type { StepAnswer } from "../step/answer.ts";
import { writeStartPoint } from "../step/start-point.ts";

export const benchPortable: Benchmark = async (note) => {
  const rows: Row[] = [];
  note("ResNet-32 step, batch 64, K=4");
  rows.push(...(await measureStep()));
  note("kernels and their repairs");
  rows.push(...(await measureRepairs()));
  note("digits to 95 %");
  rows.push(await measureDigits());
  return rows;
};

async function measureStep(): Promise<Row[]> {
  const start = writeStartPoint(4, 64);
  const contenders: Contender<StepAnswer>[] = [];
  try {
    for (const executor of ["graph", "portable"]) {
      const command = typescriptCommand("bench/step/contenders/llnet.ts", [executor, start, "4"]);
      contenders.push(await startContender<StepAnswer>(executor, command));
    }
    const { measured } = await interleave(contenders, { warmUp: 2, rounds: 7 });
    const [graph, portable] = measured.map((answers) => ({
      wall: median(answers.map(({ milliseconds }) => milliseconds)),
      cpu: median(answers.map(({ cpuMilliseconds }) => cpuMilliseconds)),
    })) as [Record<"wall" | "cpu", number>, Record<"wall" | "cpu", number>];
    const row = (name: string, kind: "wall" | "cpu"): Measurement => ({
      name,
      value: portable[kind],
      unit: "ms",
      anchor: `graph ${Math.round(graph[kind])} ms`,
      ratio: portable[kind] / graph[kind],
    });
    const title = "step, batch 64, K=4: portable";
    return [{ ...row(title, "wall"), target: "<= 5" }, row(`${title}, CPU time`, "cpu")];
  } finally {
    for (const contender of contenders) contender.close();
    rmSync(start, { recursive: true, force: true });
  }
}

async function measureRepairs(): Promise<Row[]> {
  const engine = await loadWasm();
  const kit = createKit(engine, wasmRepairs);
  const noise = (shape: readonly number[]) => {
    const count = shape.reduce((product, length) => product * length, 1);
    return engine.create(
      Float32Array.from({ length: count }, (_, index) => Math.sin(index)),
      shape,
      "float32",
    );
  };
  const [dy, filter] = [noise([16, 16, 16, 32]), noise([3, 3, 32, 32])];
  const [a, b] = [noise([256, 256]), noise([256, 256])];
  const pad = [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ];
  const convolution = { strides: [1, 1], pad, dataFormat: "NHWC", inputShape: [16, 16, 16, 32] };
  return [
    compare(kit, "Conv2DBackpropInput", { dy, filter }, convolution),
    compare(kit, "BatchMatMul", { a, b }, { transposeA: true, transposeB: false }),
  ];
}

function compare(
  kit: Kit,
  kernel: string,
  inputs: Readonly<Record<string, EngineTensor>>,
  attributes: EngineAttributes,
): Row {
  const times: [own: number[], repaired: number[]] = [[], []];
  for (let round = 0; round < 9; round++) {
    for (const [index, run] of [kit.unrepaired, kit.run].entries()) {
      const start = performance.now();
      kit.drop(run(kernel, inputs, attributes));
      times[index]?.push(performance.now() - start);
    }
  }
  const [own, repaired] = times.map(median) as [number, number];
  const anchor = `as shipped ${own.toFixed(2)} ms`;
  return { name: `${kernel}, repaired`, value: repaired, unit: "ms", anchor, ratio: repaired / own, target: "<= 0.5" };
}

async function measureDigits(): Promise<Row> {
  const name = "digits to 95 % on WebAssembly";
  const out = mkdtempSync(join(tmpdir(), "llnet-digits-"));
  const { program, options } = typescriptCommand("tools/cli/entry.ts", [
    ...["train", "examples/digits.llnet", "--data", "digits", "--engine", "portable", "--out", join(out, "run")],
  ]);
  const start = performance.now();
  const child = spawn(program, [...options], { stdio: ["ignore", "ignore", "pipe"] });
  try {
    for await (const line of createInterface({ input: child.stderr })) {
      const accuracy = Number(/ test (\d+\.\d) %/.exec(line)?.[1] ?? 0);
      if (accuracy < 95) continue;
      const value = (performance.now() - start) / 1000;
      return { name, value, unit: "s", anchor: "two minutes", ratio: value / 120, target: "<= 1" };
    }
    return { name, skipped: "the run ended below 95 %" };
  } finally {
    child.kill("SIGKILL");
    // It may be writing a checkpoint.
    if (child.exitCode === null && child.signalCode === null) await once(child, "close");
    rmSync(out, { recursive: true, force: true });
  }
}
