/** A StepProgram as a Graphviz picture: a cluster per module, a node per unit and head, dashed red where gradients stop. */
import { printWeight } from "../../runtime/program/loss-weight.ts";
import type { StepProgram, ValueNumber } from "../../runtime/program/step-program.ts";
import { printShape } from "../../runtime/program/tensor-type.ts";
import { cutIntoFragments, definedValues, type Fragment, stepInstructions } from "./typescript/fragments.ts";

export function emitDot(program: StepProgram): string {
  const { train } = program.procedures;
  const fragments = cutIntoFragments(train).filter(({ phase }) => phase === "forward");
  const lines = [
    `digraph ${quote(program.name)} {`,
    "  rankdir=TB;",
    '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica"];',
    '  edge [fontname="Helvetica", fontsize=10];',
    `  ${quote("input")} [shape=plaintext, style="", label=${quote(`input\n${printShape([-1, ...program.inputShape])}`)}];`,
    ...program.modules.flatMap(({ index }) => writeModule(program, index, fragments)),
    ...writeEdges(program, fragments),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function writeModule(program: StepProgram, index: number, fragments: readonly Fragment[]): string[] {
  const { units = [], heads = [] } = program.modules.find((module) => module.index === index) ?? {};
  const nodes = fragments
    .filter(({ module }) => module === index)
    .map(({ owner }) => {
      if (units.includes(owner)) return `    ${quote(owner)};`;
      const label = [owner, ...heads].filter((text) => text !== "").join("\n");
      return `    ${quote(owner)} [fillcolor="#eef3ff", label=${quote(label)}];`;
    });
  const losses = program.losses.filter(({ module }) => module === index);
  return [
    `  subgraph cluster_${index} {`,
    `    label=${quote(`module ${index}`)};`,
    '    style="rounded"; color="#888888"; fontname="Helvetica";',
    ...nodes,
    ...losses.map(
      ({ name, weight }) =>
        `    ${quote(name)} [shape=ellipse, fillcolor="#fff4e0", label=${quote(`${name}\nweight ${printWeight(weight)}`)}];`,
    ),
    "  }",
  ];
}

function writeEdges(program: StepProgram, fragments: readonly Fragment[]): string[] {
  const { train } = program.procedures;
  const definedIn = new Map<ValueNumber, Fragment>();
  for (const fragment of fragments) for (const value of definedValues(fragment)) definedIn.set(value, fragment);
  const input = train.inputs.find(({ role }) => role.kind === "input")?.value;
  const edges = new Set<string>();
  for (const fragment of fragments) {
    for (const value of fragment.steps.flatMap(stepInstructions).flatMap(({ operands }) => operands)) {
      const source = definedIn.get(value);
      const shape = printShape(train.values[value]?.shape ?? []);
      const to = quote(fragment.owner);
      if (value === input) edges.add(`  ${quote("input")} -> ${to} [label=${quote(shape)}];`);
      if (source === undefined || source === fragment) continue;
      const isStop = source.module !== fragment.module && !reaches(program, fragment.module, source.module);
      const style = isStop
        ? `label=${quote(`${shape}\nstop`)}, style=dashed, color=red, fontcolor=red`
        : `label=${quote(shape)}`;
      edges.add(`  ${quote(source.owner)} -> ${to} [${style}];`);
    }
  }
  for (const { name, value } of train.outputs) {
    const source = definedIn.get(value);
    if (source !== undefined) edges.add(`  ${quote(source.owner)} -> ${quote(name)};`);
  }
  return [...edges];
}

/** Whether a loss of the later module trains the earlier one. */
function reaches({ losses }: StepProgram, from: number, to: number): boolean {
  return losses.some((loss) => loss.module === from && loss.reaches?.includes(to) === true);
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
