/** Compiled examples edited by hand so that a gradient crosses a cut: the verifier must not trust who made a program. */
import { expect, test } from "vitest";
import { compile } from "../../compiler/index.ts";
import type { StepProgram } from "../../runtime/index.ts";
import { verifyProgram } from "../../runtime/index.ts";
import { computeFrees } from "../../runtime/program/liveness.ts";
import type { Instruction, Procedure, Section } from "../../runtime/program/step-program.ts";
import { compileExample, examples } from "./support/examples.ts";

function digits(): StepProgram {
  const example = examples.find(({ name }) => name === "digits");
  if (example === undefined) throw new Error("there is no example digits");
  return compileExample(example).program;
}

/**
 * The step of the digits example with the stop between its first modules taken out: the gradient of module 2's loss goes on
 * through module 1's layer and updates its kernel. Types, frees and sections are right.
 */
function withoutStop(place: Pick<Section, "module" | "part">): StepProgram {
  const program = digits();
  const { train } = program.procedures;
  const values = [...train.values];
  const added: Omit<Instruction, "free">[] = [];
  const emit = (
    primitive: string,
    operands: number[],
    shape: number[],
    attributes = {},
    variables: string[] = [],
  ): number => {
    const value = values.push({ dataType: "float32", shape }) - 1;
    added.push({ primitive, operands, results: [value], attributes, variables, label: "" });
    return value;
  };
  const hidden = resultOf(train, "relu", { module: 1, part: "forward" });
  const slope = resultOf(train, "relu_gradient", { module: 2, part: "backward" });
  const update = train.instructions.find(
    ({ primitive, variables }) => primitive === "apply_adam" && variables[0] === "layer[1].dense[1].kernel",
  );
  const input = train.inputs.find(({ name }) => name === "input")?.value;
  if (update === undefined || input === undefined) throw new Error("the digits example no longer looks as expected");

  const kernel = emit("read", [], [128, 96], {}, ["layer[2].dense[1].kernel"]);
  const hiddenSlope = emit("matmul", [slope, kernel], [-1, 128], { transposeA: false, transposeB: true });
  const productSlope = emit("relu_gradient", [hiddenSlope, hidden], [-1, 128]);
  const gradient = emit("matmul", [input, productSlope], [64, 128], { transposeA: true, transposeB: false });
  added.push({ ...update, operands: [gradient, ...update.operands.slice(1)] });

  // Behind the last instruction of module 2, as one more section of its backward pass.
  const sections = [...train.sections];
  const position = sections.findLastIndex(({ module }) => module === 2) + 1;
  const at = sections[position - 1]?.end ?? 0;
  const shifted = (section: Section): Section => ({
    ...section,
    start: section.start + added.length,
    end: section.end + added.length,
  });
  const extra: Section = { ...place, owner: "layer[1]", start: at, end: at + added.length };
  return withTrain(program, {
    ...train,
    values,
    instructions: [
      ...train.instructions.slice(0, at),
      ...added.map((one) => ({ ...one, free: [] })),
      ...train.instructions.slice(at),
    ],
    sections: [...sections.slice(0, position), extra, ...sections.slice(position).map(shifted)],
  });
}

/** The result of the first such instruction in a part of a module. */
function resultOf(
  { sections, instructions }: Procedure,
  primitive: string,
  place: Pick<Section, "module" | "part">,
): number {
  const result = sections
    .filter(({ module, part }) => module === place.module && part === place.part)
    .flatMap(({ start, end }) => instructions.slice(start, end))
    .find((instruction) => instruction.primitive === primitive)?.results[0];
  if (result === undefined) throw new Error(`module ${place.module} has no ${primitive}`);
  return result;
}

/** The program with another training procedure, frees recomputed so that only what the test is about is wrong. */
function withTrain(program: StepProgram, train: Procedure): StepProgram {
  const outputs = train.outputs.map(({ value }) => value);
  const frees = computeFrees(train.instructions, outputs);
  const instructions = train.instructions.map((one, index) => ({ ...one, free: frees[index] ?? [] }));
  return { ...program, procedures: { ...program.procedures, train: { ...train, instructions } } };
}

const messages = (program: StepProgram): string[] => verifyProgram(program).map(({ message }) => message);

test("a stop taken out of a compiled program is found, wherever the instructions claim to be", () => {
  expect(messages(withoutStop({ module: 2, part: "backward" }))).toContainEqual(
    "apply_adam changes layer[1].dense[1].kernel of module 1 in the backward of module 2",
  );
  expect(messages(withoutStop({ module: 1, part: "backward" }))).toContainEqual(
    expect.stringMatching(/flows from the backward of module 2 into the backward of module 1: nothing may flow back/),
  );
  for (const part of ["forward", "head", "prologue", "update"] as const) {
    expect(messages(withoutStop({ module: 1, part }))).not.toEqual([]);
    expect(messages(withoutStop({ module: 2, part }))).not.toEqual([]);
  }
});

test("a gradient that crosses a cut needs a loss that says so", () => {
  const { program, diagnostics } = compile({
    file: "reach.llnet",
    text: `
      import { mlp }    from "std/backbones"
      import { greedy } from "std/heads"
      head reaching(module) {
        loss classes = cross_entropy(module.output |> dense(classes), label) reach 2
      }
      model reach {
        input [8]  classes 3  backbone mlp(widths = [6, 5, 4])
        split after layer[1], layer[2]
        heads { 1: greedy  2: reaching }
        train { batch: 4 }
      }`,
  });
  expect(diagnostics).toEqual([]);
  if (program === undefined) throw new Error("no program");
  expect(messages(program)).toEqual([]);
  const silent = program.losses.map(({ reaches: _, ...loss }) => loss);
  expect(messages({ ...program, losses: silent })).not.toEqual([]);
});
