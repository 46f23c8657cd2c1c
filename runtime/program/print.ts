import { printWeight } from "./loss-weight.ts";
import { planMemory } from "./plan.ts";
import type { AttributeValue, Instruction, Procedure, Section, StepProgram } from "./step-program.ts";
import type { BatchScalar, TensorType } from "./tensor-type.ts";
import { printType, shapeAt } from "./tensor-type.ts";

export interface PrintOptions {
  /** Prints shapes at this batch size, and the planned peak of every procedure and section. */
  readonly batch?: number;
}

/** The whole program as text for people and golden tests: one line per instruction, stable. */
export function printProgram(program: StepProgram, options: PrintOptions = {}): string {
  const { train, gradients, evaluate, predict } = program.procedures;
  const procedures = [train, gradients, evaluate, predict].map((procedure) =>
    printProcedure(program, procedure, options),
  );
  const phases = (program.phases ?? []).map((phase, index) => {
    const texts = [phase.procedures.train, phase.procedures.gradients, phase.procedures.evaluate].map((procedure) =>
      printProcedure(program, procedure, options),
    );
    return [`phase ${index + 1}   trains module ${phase.module}`, ...texts].join("\n\n");
  });
  return [printHeader(program), printVariables(program), ...procedures, ...phases].join("\n\n").concat("\n");
}

function printHeader(program: StepProgram): string {
  const input = printType({ dataType: "float32", shape: [-1, ...program.inputShape] });
  const lines = [`program ${program.name}   input ${input}   ${program.classes} classes`];
  for (const { index, units, heads } of program.modules) {
    lines.push(
      `  module ${index}   units ${units.join(", ")}${heads.length > 0 ? `   heads ${heads.join(", ")}` : ""}`,
    );
  }
  for (const { name, module, weight, reaches } of program.losses) {
    const reach = reaches === undefined ? "" : `   reaches modules ${reaches.join(", ")}`;
    lines.push(`  loss ${name}   module ${module}   weight ${printWeight(weight)}${reach}`);
  }
  for (const { name, module } of program.predictions) lines.push(`  prediction ${name}   module ${module}`);
  return lines.join("\n");
}

function printVariables(program: StepProgram): string {
  const lines = program.variables.map(({ address, type, role, owner, inference }) => {
    const place = `module ${owner.module} ${owner.kind} ${owner.name}`;
    return `  ${role} ${address}   ${printType(type)}   ${place}${inference ? "" : "   training only"}`;
  });
  return ["variables", ...lines].join("\n");
}

/** One procedure: inputs, then every section with its instructions, then outputs. */
export function printProcedure(program: StepProgram, procedure: Procedure, { batch }: PrintOptions = {}): string {
  const plan = batch === undefined ? undefined : planMemory(procedure, batch);
  const typeAt = (type: TensorType): string =>
    printType(batch === undefined ? type : { ...type, shape: shapeAt(type.shape, batch) });
  const stops = gradientStops(program, procedure);

  const lines = [`procedure ${procedure.name}${plan ? `   batch ${batch}   peak ${plan.peakBytes} bytes` : ""}`];
  for (const { name, value } of procedure.inputs) {
    lines.push(`  %${value} = input ${name}   ${typeAt(procedure.values[value] as TensorType)}`);
  }
  procedure.sections.forEach((section, index) => {
    const peak = plan ? `   peak ${plan.perSection[index]?.peakBytes} bytes` : "";
    lines.push(`  module ${section.module} ${[section.part, section.owner].join(" ").trimEnd()}${peak}`);
    for (const instruction of procedure.instructions.slice(section.start, section.end)) {
      lines.push(`    ${printInstruction(instruction, procedure, typeAt)}`);
    }
    const stop = stops.get(section);
    if (stop !== undefined)
      lines.push(`  gradient stops at the input of ${stop > 1 ? `module ${stop}` : "the network"}`);
  });
  for (const { name, value } of procedure.outputs) lines.push(`  output ${name} = %${value}`);
  return lines.join("\n");
}

/** After which section a module's backward pass has ended, and at the input of which module. */
function gradientStops(program: StepProgram, procedure: Procedure): Map<Section, number> {
  const last = new Map<number, Section>();
  for (const section of procedure.sections) if (section.part === "backward") last.set(section.module, section);
  const stops = new Map<Section, number>();
  for (const [module, section] of last) {
    const reached = program.losses.filter((loss) => loss.module === module).flatMap((loss) => loss.reaches ?? []);
    stops.set(section, Math.min(module, ...reached));
  }
  return stops;
}

function printInstruction(
  { primitive, operands, results, attributes, variables, free, label }: Instruction,
  procedure: Procedure,
  typeAt: (type: TensorType) => string,
): string {
  const types = results.map((value) => typeAt(procedure.values[value] as TensorType));
  const call = [
    ...(results.length > 0 ? [printValues(results), "="] : []),
    primitive,
    ...operands.map((value) => `%${value}`),
    ...variables,
    ...Object.entries(attributes).map(([name, value]) => `${name} ${printAttribute(value)}`),
  ];
  return [
    call.join(" "),
    ...(types.length > 0 ? [types.join(", ")] : []),
    ...(free.length > 0 ? [`free ${printValues(free)}`] : []),
    ...(label === "" ? [] : [`# ${label}`]),
  ].join("   ");
}

function printValues(values: readonly number[]): string {
  return values.map((value) => `%${value}`).join(" ");
}

function printAttribute(value: AttributeValue): string {
  if (typeof value !== "object") return `${value}`;
  return "batchPower" in value ? printBatchScalar(value) : value.join(" ");
}

/** `0.5`, `0.5/batch`, `0.5·batch^2` */
function printBatchScalar({ value, batchPower }: BatchScalar): string {
  if (batchPower === 0) return `${value}`;
  if (batchPower === -1) return `${value}/batch`;
  return `${value}·batch^${batchPower}`;
}
