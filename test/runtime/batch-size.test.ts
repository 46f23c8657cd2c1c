import { expect, test } from "vitest";
import { loadEngine } from "../../runtime/engine/load-engine.ts";
import { createEagerExecutor } from "../../runtime/execute/eager/eager-executor.ts";
import { createGraphExecutor } from "../../runtime/execute/graph/graph-executor.ts";
import { createProcedureBuilder } from "../../runtime/program/build.ts";
import type { Procedure, StepProgram } from "../../runtime/program/step-program.ts";
import { makeBatch } from "./support/batches.ts";
import { writeMlp } from "./support/networks.ts";

/** Shapes and factors that depend on the batch size in every way the program can say it. */
function writeBatchArithmetic(): StepProgram {
  const write = (name: Procedure["name"]): Procedure => {
    const builder = createProcedureBuilder(name, new Map());
    builder.beginSection({ module: 1, part: "forward", owner: "" });
    const emit = (primitive: string, operands: number[], attributes = {}): number =>
      builder.emit(primitive, operands, attributes)[0] as number;
    const input = builder.input("input", { dataType: "float32", shape: [-1, 4] }, { kind: "input" });
    builder.output("pairs", emit("square", [emit("reshape", [input], { shape: [-2, 2] })]));
    for (const batchPower of [-2, -1, 1]) {
      builder.output(`power ${batchPower}`, emit("scale", [input], { factor: { value: 0.35, batchPower } }));
    }
    builder.output("filled", emit("fill", [], { shape: [-3, 5], value: { value: 0.7, batchPower: -1 } }));
    return builder.finish();
  };
  const procedures = {
    train: write("train"),
    gradients: write("gradients"),
    evaluate: write("evaluate"),
    predict: write("predict"),
  };
  return { ...writeMlp(), variables: [], procedures };
}

test("what depends on the batch size is the same to the bit in both executors", () => {
  const { binding } = loadEngine();
  const program = writeBatchArithmetic();
  const eager = createEagerExecutor(program, binding);
  const graph = createGraphExecutor(program, binding);
  for (const batch of [1, 3, 7, 48]) {
    const { input } = makeBatch(program, batch);
    const feeds = { batch, values: new Map([["input", input]]) };
    const outputs = graph.run("predict", feeds);
    expect(outputs).toEqual(eager.run("predict", feeds));
    expect(outputs.get("filled")).toEqual(new Float32Array(15 * batch).fill(0.7 / batch));
    expect(outputs.get("power -2")?.[0]).toBe(Math.fround((input[0] as number) * Math.fround(0.35 / batch ** 2)));
  }
  eager.dispose();
  graph.dispose();
});
