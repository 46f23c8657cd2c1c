/**
 * What `memory` costs and saves: a ResNet-32 step at batch 128, with everything kept, with normalisations and activations
 * computed again, and under budgets. All start from the same weights, see the same batch and take turns.
 */
import { rmSync } from "node:fs";
import { type Contender, startContender, typescriptCommand } from "../contender.ts";
import { interleave } from "../interleave.ts";
import { type Benchmark, type Measurement, median, type Row } from "../measurement.ts";
import type { StepAnswer } from "../step/answer.ts";
import type { ModuleCount } from "../step/network.ts";
import { writeStartPoint } from "../step/start-point.ts";
import { forgetPeak, residentBytes } from "./resident.ts";

const batch = 128;
const mebibyte = 1024 * 1024;
const turns = { warmUp: 2, rounds: 5 };

interface Goal {
  /** As `memory` is written. */
  readonly memory: string;
  /** What the planned peak and the time of a step should be at most, as shares of those without. */
  readonly peak?: number;
  readonly time?: number;
}

interface Setting {
  readonly modules: ModuleCount;
  readonly goals: readonly Goal[];
}

const settings: readonly Setting[] = [
  {
    modules: 1,
    goals: [
      { memory: "recompute", peak: 0.76, time: 1.1 },
      { memory: "at most 220 MB", peak: 0.69 },
      { memory: "at most 110 MB", peak: 0.35 },
    ],
  },
  { modules: 4, goals: [{ memory: "recompute", peak: 0.82, time: 1.1 }, { memory: "at most 85 MB" }] },
];

export const benchRecompute: Benchmark = async (note) => {
  const rows: Row[] = [];
  for (const { modules, goals } of settings) {
    for (const executor of ["eager", "graph"]) {
      note(`recomputation, K=${modules}, ${executor}`);
      rows.push(...(await measure(modules, goals, executor)));
    }
  }
  return rows;
};

async function measure(modules: ModuleCount, goals: readonly Goal[], executor: string): Promise<Row[]> {
  const start = writeStartPoint(modules, batch);
  const running: { contender: Contender<StepAnswer>; before: number | undefined }[] = [];
  try {
    for (const memory of [undefined, ...goals.map((goal) => goal.memory)]) {
      const options = [executor, start, String(modules), ...(memory === undefined ? [] : [memory])];
      const command = typescriptCommand("bench/memory/recompute-step.ts", options);
      const contender = await startContender<StepAnswer>(memory ?? "keep all", command);
      const { processId } = contender;
      running.push({ contender, before: forgetPeak(processId) ? residentBytes(processId).now : undefined });
    }
    const contenders = running.map(({ contender }) => contender);
    const { measured } = await interleave(contenders, turns);
    const found = running.map(({ contender, before }, index) => {
      const answers = measured[index] ?? [];
      const peak = before === undefined ? undefined : residentBytes(contender.processId).peak - before;
      return {
        wall: median(answers.map(({ milliseconds }) => milliseconds)),
        cpu: median(answers.map(({ cpuMilliseconds }) => cpuMilliseconds)),
        planned: answers.at(-1)?.memory?.planned ?? Number.NaN,
        tracked: answers.at(-1)?.memory?.tracked,
        grown: peak,
      };
    });
    const [reference, ...others] = found as [Found, ...Found[]];
    return others.flatMap((own, index) => compare(goals[index] as Goal, own, reference, `K=${modules}, ${executor}`));
  } finally {
    for (const { contender } of running) contender.close();
    rmSync(start, { recursive: true, force: true });
  }
}

interface Found {
  /** Milliseconds of a step, and of processor time over all threads. */
  readonly wall: number;
  readonly cpu: number;
  readonly planned: number;
  readonly tracked: number | undefined;
  readonly grown: number | undefined;
}

function compare({ memory, peak, time }: Goal, own: Found, reference: Found, title: string): Row[] {
  const name = `memory: ${memory}, ResNet-32, batch ${batch}, ${title}`;
  const bytes = (part: string, value: number, anchor: string, other: number, target?: string): Measurement => ({
    name: `${name}: ${part}`,
    value: value / mebibyte,
    unit: "MiB",
    anchor: `${anchor} ${Math.round(other / mebibyte)} MiB`,
    ratio: value / other,
    ...(target !== undefined && { target }),
  });
  const duration = (part: string, value: number, other: number, most?: number): Measurement => ({
    name: `${name}: ${part}`,
    value,
    unit: "ms",
    anchor: `keeping all ${Math.round(other)} ms`,
    ratio: value / other,
    ...(most !== undefined && { target: `<= ${most}` }),
  });
  const grown: Row =
    own.grown === undefined || reference.grown === undefined
      ? { name: `${name}: process grew by`, skipped: "this system does not tell" }
      : bytes("process grew by", own.grown, "keeping all", reference.grown);
  return [
    bytes("planned peak", own.planned, "keeping all", reference.planned, peak === undefined ? undefined : `<= ${peak}`),
    ...(own.tracked === undefined ? [] : [bytes("buffers", own.tracked, "planned", own.planned, "== 1")]),
    grown,
    duration("step", own.wall, reference.wall, time),
    duration("step, CPU time", own.cpu, reference.cpu),
  ];
}
