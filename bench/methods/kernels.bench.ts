/**
 * LayerNorm and GELU, forward and backward, against PyTorch; and a whole step of every example, so of every method, against the sum
 * of its operations, each timed alone by the eager executor. Contenders are processes of their own and take turns.
 */
import { readdirSync } from "node:fs";
import { compile } from "../../compiler/index.ts";
import { type Command, type Contender, projectPath, startContender, typescriptCommand } from "../contender.ts";
import { findPython } from "../find-python.ts";
import { interleave } from "../interleave.ts";
import { type Benchmark, median, type Row } from "../measurement.ts";
import type { StepAnswer } from "../step/answer.ts";

const turns = { warmUp: 2, rounds: 7 };
/** Lengths of the chains whose difference is the time of one operation: what surrounds it falls out. */
const [short, long] = [2, 10];

interface Example {
  readonly file: string;
  readonly model: string;
  readonly batch: number;
}

const batch = 32;

/** Every model of every file in `examples/`. */
function examples(): Example[] {
  return readdirSync(projectPath("examples"))
    .filter((name) => name.endsWith(".llnet"))
    .flatMap((name) => {
      const file = `examples/${name}`;
      return compile({ file: projectPath(file) }).models.map((model) => ({ file, model, batch }));
    });
}

type PartsAnswer = StepAnswer & { readonly parts: readonly number[] };

export const benchKernels: Benchmark = async (note) => {
  const rows: Row[] = [];
  for (const operation of ["layer_norm", "gelu"]) {
    note(`${operation}, 12,544 × 192`);
    rows.push(...(await measureOperation(operation)));
  }
  for (const example of examples()) {
    note(`${example.file}, ${example.model}, and its operations`);
    rows.push(...(await measureStep(example)));
  }
  return rows;
};

async function measureOperation(operation: string): Promise<Row[]> {
  const name = `${operation}, forward and backward, 12,544 × 192`;
  const python = findPython();
  const commands: Record<string, (count: number) => Command> = {
    graph: (count) => typescriptCommand("bench/methods/contenders/chain.ts", ["graph", operation, String(count)]),
    eager: (count) => typescriptCommand("bench/methods/contenders/chain.ts", ["eager", operation, String(count)]),
  };
  if ("python" in python) {
    const script = projectPath("bench/methods/contenders/torch_chain.py");
    commands["PyTorch"] = (count) => ({ program: python.python, options: [script, operation, String(count)] });
  }
  const all = Object.entries(commands).flatMap(([title, command]) =>
    [short, long].map((count): [string, Command] => [`${title} ${count}`, command(count)]),
  );
  const found = await takeTurns<StepAnswer>(all);
  const timeOf = (title: string): number => {
    const [few = [], many = []] = [found.get(`${title} ${short}`), found.get(`${title} ${long}`)];
    const milliseconds = (answers: readonly StepAnswer[]) => median(answers.map((answer) => answer.milliseconds));
    return (milliseconds(many) - milliseconds(few)) / (long - short);
  };
  const other = "python" in python ? timeOf("PyTorch") : undefined;
  const own = ["graph", "eager"].map((title): Row => {
    const value = timeOf(title);
    const against = other !== undefined && {
      anchor: `PyTorch ${other.toFixed(2)} ms`,
      ratio: value / other,
      target: "<= 3",
    };
    return { name: `${name}: ${title}`, value, unit: "ms", ...against };
  });
  return "skipped" in python ? [...own, { name: `${name}: PyTorch`, skipped: python.skipped }] : own;
}

async function measureStep({ file, model, batch }: Example): Promise<Row[]> {
  const command = (kind: string): [string, Command] => [
    kind,
    typescriptCommand("bench/methods/contenders/whole-step.ts", [kind, file, model, String(batch)]),
  ];
  const found = await takeTurns<PartsAnswer>([command("graph"), command("eager"), command("parts")]);
  const timings = (found.get("parts") ?? []).map(({ parts }) => parts);
  const alone = (timings[0] ?? [])
    .map((_, index) => median(timings.map((parts) => parts[index] ?? Number.NaN)))
    .reduce((sum, milliseconds) => sum + milliseconds, 0);
  return ["graph", "eager"].map((kind) => {
    const value = median((found.get(kind) ?? []).map(({ milliseconds }) => milliseconds));
    const name = `${file}, ${model}, batch ${batch}, step: ${kind}`;
    return {
      name,
      value,
      unit: "ms",
      anchor: `its operations ${alone.toFixed(1)} ms`,
      ratio: value / alone,
      target: "<= 1.15",
    };
  });
}

async function takeTurns<Answer>(commands: readonly [string, Command][]): Promise<Map<string, readonly Answer[]>> {
  const contenders: Contender<Answer>[] = [];
  try {
    for (const [name, command] of commands) contenders.push(await startContender<Answer>(name, command));
    const { measured } = await interleave(contenders, turns);
    return new Map(contenders.map(({ name }, index) => [name, measured[index] ?? []]));
  } finally {
    for (const contender of contenders) contender.close();
  }
}
