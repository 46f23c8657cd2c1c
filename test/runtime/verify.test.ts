import { expect, test } from "vitest";
import { computeFrees } from "../../runtime/program/liveness.ts";
import type { Instruction, Procedure, Section, StepProgram } from "../../runtime/program/step-program.ts";
import { verifyProgram } from "../../runtime/program/verify.ts";
import { writeConvNet, writeMlp } from "./support/networks.ts";

test("hand-written programs are well formed", () => {
  expect(verifyProgram(writeMlp())).toEqual([]);
  expect(verifyProgram(writeConvNet())).toEqual([]);
});

test("a program read back from JSON is as well formed", () => {
  expect(verifyProgram(JSON.parse(JSON.stringify(writeConvNet())) as StepProgram)).toEqual([]);
});

/** The program with its training procedure changed. */
function withTrain(program: StepProgram, change: (train: Procedure) => Procedure): StepProgram {
  return { ...program, procedures: { ...program.procedures, train: change(program.procedures.train) } };
}

/** Replaces one instruction of the training procedure. */
function mutate(
  find: (instruction: Instruction) => boolean,
  change: (instruction: Instruction) => Partial<Instruction>,
): readonly string[] {
  const program = withTrain(writeConvNet(), (train) => {
    const at = train.instructions.findIndex(find);
    expect(at).toBeGreaterThanOrEqual(0);
    const instructions = train.instructions.map((old, index) => (index === at ? { ...old, ...change(old) } : old));
    return { ...train, instructions };
  });
  return verifyProgram(program).map(({ message }) => message);
}

const is = (primitive: string) => (instruction: Instruction) => instruction.primitive === primitive;

test("a value that is not freed at its last use is found", () => {
  const messages = mutate(is("relu_gradient"), () => ({ free: [] }));
  expect(messages).toContainEqual(expect.stringMatching(/^%\d+ is used here for the last time, but not freed$/));
});

test("a value that is freed too early is found", () => {
  const messages = mutate(is("relu"), ({ results }) => ({ free: results }));
  expect(messages).toContainEqual(expect.stringMatching(/^%\d+ is freed, but this is not its last use$/));
});

test("attributes that do not fit the types are found", () => {
  const messages = mutate(is("conv2d"), ({ attributes }) => ({ attributes: { ...attributes, strides: [2, 2] } }));
  expect(messages).toContainEqual(
    expect.stringMatching(/^%\d+ should be float32\[batch, 4, 4, 8\], found float32\[batch, 8, 8, 8\]$/),
  );
});

test("unknown primitives and variables are found", () => {
  expect(mutate(is("relu"), () => ({ primitive: "rely" }))).toContain("there is no primitive rely");
  expect(mutate(is("read"), () => ({ variables: ["stem.colonel"] }))).toContain("there is no variable stem.colonel");
});

test("a value defined twice or used before its definition is found", () => {
  expect(mutate(is("relu"), ({ operands }) => ({ results: operands }))).toContainEqual(
    expect.stringMatching(/^%\d+ is defined twice$/),
  );
  expect(mutate(is("relu"), () => ({ operands: [70] }))).toContain("%70 is used before it is defined");
});

test("sections that leave a gap are found", () => {
  const program = withTrain(writeMlp(), (train) => ({ ...train, sections: train.sections.slice(1) }));
  expect(verifyProgram(program).map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^section head of module 1 starts at \d+, expected 0$/),
  );
});

test("updates outside the training procedure are found", () => {
  const { procedures, ...rest } = writeMlp();
  const evaluate = { ...procedures.train, name: "evaluate" as const };
  const messages = verifyProgram({ ...rest, procedures: { ...procedures, evaluate } }).map(({ message }) => message);
  expect(messages).toContain("apply_momentum changes a variable, which only procedure train may");
});

test("an update with another weight's slot, or of a slot, is found", () => {
  const update = (instruction: Instruction): boolean => instruction.variables[0] === "block.scale";
  const found = mutate(
    (instruction) => is("apply_momentum")(instruction) && update(instruction),
    () => ({ variables: ["block.scale", "block.offset/momentum"] }),
  );
  expect(found).toContain("block.offset/momentum is not a slot of block.scale");
  const swapped = mutate(
    (instruction) => is("apply_momentum")(instruction) && update(instruction),
    () => ({ variables: ["block.scale/momentum", "block.scale"] }),
  );
  expect(swapped).toContain("apply_momentum must change a weight, found slot block.scale/momentum");
});

test("a read that lives on beyond its variable's update is found", () => {
  // The kernel is read in the forward pass; moving what uses it last behind its update keeps the view alive too long.
  const program = withTrain(writeMlp(), (train) => {
    const kernel = (instruction: Instruction): boolean => instruction.variables[0] === "head[1].kernel";
    const read = train.instructions.findIndex(kernel);
    const use = train.instructions.findLastIndex(({ operands }) =>
      operands.includes(train.instructions[read]?.results[0] as number),
    );
    const update = train.instructions.findIndex((one) => is("apply_momentum")(one) && kernel(one));
    expect(read).toBeLessThan(use);
    expect(use).toBeLessThan(update);
    const order = [...train.instructions.keys()].filter((index) => index !== use);
    order.splice(update, 0, use);
    return freeAgain({ ...train, instructions: order.map((index) => train.instructions[index] as Instruction) });
  });
  const messages = verifyProgram(program).map(({ message }) => message);
  expect(messages).toContainEqual(expect.stringMatching(/still shows head\[1\]\.kernel, which is changed here/));
});

/** The same instructions with frees recomputed, so that only what a test is about is wrong. */
function freeAgain(procedure: Procedure): Procedure {
  const frees = computeFrees(
    procedure.instructions,
    procedure.outputs.map(({ value }) => value),
  );
  const instructions = procedure.instructions.map((one, index) => ({ ...one, free: frees[index] ?? [] }));
  return { ...procedure, instructions };
}

/**
 * The MLP's training step with the stop between its modules taken out by hand: the gradient of module 2's loss goes on
 * through module 1's ReLU and layer, and updates its kernel. All types, frees and sections are right.
 */
function withoutStop(section: Pick<Section, "module" | "part">): StepProgram {
  return withTrain(writeMlp(), (train) => {
    const values = [...train.values];
    const added: Omit<Instruction, "free">[] = [];
    const emit = (
      primitive: string,
      operands: number[],
      shape: number[],
      attributes = {},
      variables: string[] = [],
    ) => {
      const value = values.push({ dataType: "float32", shape }) - 1;
      added.push({ primitive, operands, results: [value], attributes, variables, label: "" });
      return value;
    };
    const input = inputValue(train, "input");
    const rate = inputValue(train, "rate");
    const hidden = train.instructions.find(is("relu"))?.results[0] as number;
    const slope = train.instructions.findLast(is("bias_gradient"))?.operands[0] as number;
    const kernel = emit("read", [], [8, 3], {}, ["layer[2].kernel"]);
    const dHidden = emit("matmul", [slope, kernel], [-1, 8], { transposeA: false, transposeB: true });
    const dProduct = emit("relu_gradient", [dHidden, hidden], [-1, 8]);
    const dKernel = emit("matmul", [input, dProduct], [4, 8], { transposeA: true, transposeB: false });
    added.push({
      primitive: "apply_momentum",
      operands: [dKernel, rate],
      results: [],
      attributes: { momentum: 0.9, nesterov: true },
      variables: ["layer[1].kernel", "layer[1].kernel/momentum"],
      label: "",
    });
    const last = train.instructions.length;
    return freeAgain({
      ...train,
      values,
      instructions: [...train.instructions, ...added.map((one) => ({ ...one, free: [] }))],
      sections: [...train.sections, { ...section, owner: "layer[1]", start: last, end: last + added.length }],
    });
  });
}

function inputValue({ inputs }: Procedure, name: string): number {
  return inputs.find((input) => input.name === name)?.value as number;
}

test("a stop that was taken out is found, wherever the backward pass beyond it claims to be", () => {
  const asModule2 = verifyProgram(withoutStop({ module: 2, part: "backward" }));
  expect(asModule2.map(({ message }) => message)).toEqual([
    "apply_momentum changes layer[1].kernel of module 1 in the backward of module 2",
    "apply_momentum changes layer[1].kernel/momentum of module 1 in the backward of module 2",
  ]);

  const asModule1 = verifyProgram(withoutStop({ module: 1, part: "backward" }));
  expect(asModule1.map(({ message }) => message)).toEqual([
    expect.stringMatching(/flows from the backward of module 2 into the backward of module 1: nothing may flow back/),
  ]);

  for (const part of ["forward", "head", "prologue", "update"] as const) {
    expect(verifyProgram(withoutStop({ module: 1, part }))).not.toEqual([]);
    expect(verifyProgram(withoutStop({ module: 2, part }))).not.toEqual([]);
  }
});

test("a backward pass that looks inside an earlier module is found", () => {
  // The block's kernel gradient reads module 1 before its ReLU instead of at the boundary; the types are the same.
  const program = withTrain(writeConvNet(), (train) => {
    const inside = train.instructions.find(is("batch_norm_training"))?.results[0] as number;
    const at = train.instructions.findLastIndex(is("conv2d_kernel_gradient"));
    const instructions = train.instructions.map((old, index) =>
      index === at ? { ...old, operands: [inside, old.operands[1] as number] } : old,
    );
    return freeAgain({ ...train, instructions });
  });
  expect(verifyProgram(program).map(({ message }) => message)).toEqual([
    expect.stringMatching(/^%\d+ flows .* the gradient must stop at the input of module 2$/),
  ]);
});

test("a loss that is said to reach further may", () => {
  const { losses, ...rest } = withoutStop({ module: 2, part: "backward" });
  const reaching = losses.map((loss) => (loss.module === 2 ? { ...loss, reaches: [1, 2] } : loss));
  expect(verifyProgram({ ...rest, losses: reaching })).toEqual([]);
});

test("a gradient output of another module's weight is found", () => {
  const { procedures, ...rest } = writeMlp();
  const outputs = procedures.gradients.outputs.map((output) =>
    output.name === "layer[2].bias" ? { ...output, name: "head[1].bias" } : output,
  );
  const gradients = { ...procedures.gradients, outputs };
  const messages = verifyProgram({ ...rest, procedures: { ...procedures, gradients } }).map(({ message }) => message);
  expect(messages).toContainEqual(expect.stringMatching(/^this outputs the gradient of head\[1\]\.bias of module 1/));
});
