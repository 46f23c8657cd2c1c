/**
 * One training step of ResNet-32 at batch 64 and 128, end to end and cut in four: our two executors, the loop people write with
 * TensorFlow.js, and PyTorch, taking turns. All of them start from the same weights and see the same batch.
 */
import { rmSync } from "node:fs";
import { type Command, type Contender, projectPath, startContender, typescriptCommand } from "../contender.ts";
import { findPython } from "../find-python.ts";
import { interleave } from "../interleave.ts";
import { type Benchmark, type Measurement, median, type Row } from "../measurement.ts";
import type { StepAnswer } from "./answer.ts";
import type { ModuleCount } from "./network.ts";
import { writeStartPoint } from "./start-point.ts";

const turns = { warmUp: 2, rounds: 7 };

export const benchStep: Benchmark = async (note) => {
  const rows: Row[] = [];
  const python = findPython();
  if ("skipped" in python) rows.push({ name: "step, PyTorch", skipped: python.skipped });
  for (const batch of [64, 128]) {
    for (const modules of [1, 4] as const) {
      note(`ResNet-32 step, batch ${batch}, K=${modules}`);
      rows.push(...(await measure(modules, batch, "python" in python ? python.python : undefined)));
    }
  }
  return rows;
};

async function measure(modules: ModuleCount, batch: number, python: string | undefined): Promise<Row[]> {
  const start = writeStartPoint(modules, batch);
  const contenders: Contender<StepAnswer>[] = [];
  const title = `step, batch ${batch}, K=${modules}`;
  const rows: Row[] = [];
  try {
    for (const [name, command] of Object.entries(commands(start, modules, python))) {
      try {
        contenders.push(await startContender<StepAnswer>(name, command));
      } catch (error) {
        rows.push({
          name: `${title}: ${name}`,
          skipped: error instanceof Error ? error.message.trim() : String(error),
        });
      }
    }
    const { first, measured } = await interleave(contenders, turns);
    const timings = new Map(contenders.map(({ name }, index) => [name, summarize(measured[index] ?? [])]));
    rows.push(...compare(title, timings));
    rows.push(...agreement(title, new Map(contenders.map(({ name }, index) => [name, first[index] as StepAnswer]))));
    return rows;
  } finally {
    for (const contender of contenders) contender.close();
    rmSync(start, { recursive: true, force: true });
  }
}

function commands(start: string, modules: ModuleCount, python: string | undefined): Record<string, Command> {
  const llnet = "bench/step/contenders/llnet.ts";
  return {
    graph: typescriptCommand(llnet, ["graph", start, String(modules)]),
    eager: typescriptCommand(llnet, ["eager", start, String(modules)]),
    tape: typescriptCommand("bench/step/contenders/tape.ts", [start]),
    ...(python !== undefined && {
      PyTorch: { program: python, options: [projectPath("bench/step/contenders/torch_step.py"), start] },
    }),
  };
}

interface Timing {
  readonly wall: number;
  readonly cpu: number;
}

function summarize(answers: readonly StepAnswer[]): Timing {
  return {
    wall: median(answers.map(({ milliseconds }) => milliseconds)),
    cpu: median(answers.map(({ cpuMilliseconds }) => cpuMilliseconds)),
  };
}

/** Who is compared with whom; the wall time decides, the processor time tells how far other work on the machine is to blame. */
const comparisons = [
  { name: "graph", anchor: "tape", target: "<= 0.25" },
  { name: "graph", anchor: "PyTorch", target: "<= 0.9" },
  { name: "eager", anchor: "tape" },
  { name: "eager", anchor: "PyTorch" },
  { name: "tape", anchor: "PyTorch" },
] as const;

function compare(title: string, timings: ReadonlyMap<string, Timing>): Measurement[] {
  const rows = comparisons.flatMap(({ name, anchor, ...rest }) => {
    const own = timings.get(name);
    const other = timings.get(anchor);
    if (own === undefined || other === undefined) return [];
    const row = (measure: string, kind: keyof Timing): Measurement => ({
      name: `${title}: ${name}${measure}`,
      value: own[kind],
      unit: "ms",
      anchor: `${anchor} ${Math.round(other[kind])} ms`,
      ratio: own[kind] / other[kind],
      ...(kind === "wall" && rest),
    });
    return [row("", "wall"), row(", CPU time", "cpu")];
  });
  return rows;
}

/** The largest relative difference between the first losses and the eager executor's: all train the same network. */
function agreement(title: string, first: ReadonlyMap<string, StepAnswer>): Measurement[] {
  const reference = first.get("eager") ?? first.get("tape");
  if (reference === undefined || first.size < 2) return [];
  const differences = [...first.values()].flatMap(({ losses }) =>
    losses.map((loss, module) => Math.abs(loss / (reference.losses[module] ?? Number.NaN) - 1)),
  );
  const largest = Math.max(...differences);
  return [
    {
      name: `${title}: first losses differ by`,
      value: largest,
      unit: "",
      anchor: "1e-4 relative",
      ratio: largest / 1e-4,
      target: "<= 1",
    },
  ];
}
