import { expect, test } from "vitest";
import { loadEngine } from "../../runtime/engine/load-engine.ts";
import { createEagerExecutor } from "../../runtime/execute/eager/eager-executor.ts";
import { createGraphExecutor } from "../../runtime/execute/graph/graph-executor.ts";
import { createProcedureBuilder } from "../../runtime/program/build.ts";
import type { Procedure, StepProgram, Variable } from "../../runtime/program/step-program.ts";
import { writeMlp } from "./support/networks.ts";

const SIDE = 256;
const WEIGHTS = 12;

/**
 * Weights that are used by slow products no update depends on, then updated by a gradient that is ready at once, then read
 * again: an executor that lets an update overtake, or a later read run early, gives other outputs.
 */
function racingProgram(): StepProgram {
  const type = { dataType: "float32", shape: [SIDE, SIDE] } as const;
  const template = writeMlp();
  const owner = { kind: "unit", module: 1, name: "unit" } as const;
  const initializer = { kind: "constant", value: 0 } as const;
  const variables = Array.from(
    { length: WEIGHTS },
    (_, index): Variable => ({ address: `w[${index}]`, type, role: "weight", owner, inference: true, initializer }),
  );
  const write = (name: Procedure["name"]): Procedure => {
    const builder = createProcedureBuilder(name, new Map(variables.map(({ address }) => [address, type])));
    const emit = (primitive: string, operands: number[], attributes = {}, addresses: string[] = []): number =>
      builder.emit(primitive, operands, attributes, addresses)[0] as number;
    const plain = { transposeA: false, transposeB: false };
    const input = builder.input("input", { dataType: "float32", shape: [-1, SIDE] }, { kind: "input" });
    const gradient = builder.input("gradient", type, { kind: "input" });
    const rate = builder.input("rate", { dataType: "float32", shape: [] }, { kind: "rate" });
    builder.beginSection({ module: 1, part: "forward", owner: "unit" });
    let slow = input;
    for (let turn = 0; turn < 4; turn++) slow = emit("matmul", [slow, gradient], plain);
    for (const { address } of variables) {
      const product = emit("matmul", [slow, emit("read", [], {}, [address])], plain);
      builder.output(`before ${address}`, emit("sum", [product], { axes: [0, 1], keepAxes: false }));
    }
    if (name === "train") {
      for (const { address } of variables) emit("apply_sgd", [gradient, rate], {}, [address]);
      for (const { address } of variables) {
        const sum = emit("sum", [emit("read", [], {}, [address])], { axes: [0, 1], keepAxes: false });
        builder.output(`after ${address}`, sum);
      }
    }
    return builder.finish();
  };
  const procedures = {
    train: write("train"),
    gradients: write("gradients"),
    evaluate: write("evaluate"),
    predict: write("predict"),
  };
  return { ...template, variables, procedures };
}

test("graph and eager executor agree where only ordering keeps reads and updates apart", () => {
  const { binding } = loadEngine();
  const program = racingProgram();
  const executors = [createEagerExecutor(program, binding), createGraphExecutor(program, binding)] as const;
  const matrix = Float32Array.from({ length: SIDE * SIDE }, (_, index) => (1 + Math.sin(index)) / SIDE);
  const values = new Map([
    ["input", Float32Array.from({ length: 64 * SIDE }, (_, index) => Math.cos(index))],
    ["gradient", matrix],
    ["rate", Float32Array.of(0.5)],
  ]);
  const weights = new Map(
    program.variables.map(({ address }, number) => [address, matrix.map((value) => value * number)]),
  );
  for (const executor of executors) executor.writeVariables(weights);
  for (let step = 0; step < 10; step++) {
    const [eager, graph] = executors.map((executor) => executor.run("train", { batch: 64, values }));
    for (const [name, value] of eager as NonNullable<typeof eager>) {
      const scale = Math.max(1, Math.abs(value[0] as number));
      expect(Math.abs((graph?.get(name)?.[0] as number) - (value[0] as number)) / scale).toBeLessThan(1e-4);
    }
  }
  expect(executors[1].readVariables()).toEqual(executors[0].readVariables());
  for (const executor of executors) executor.dispose();
});
