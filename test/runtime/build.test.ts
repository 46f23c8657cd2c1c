import { expect, test } from "vitest";
import { createProcedureBuilder } from "../../runtime/program/build.ts";
import { planMemory } from "../../runtime/program/plan.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";

const rows: TensorType = { dataType: "float32", shape: [-1, 4] };

function start() {
  const builder = createProcedureBuilder("evaluate", new Map([["w", { dataType: "float32", shape: [4, 2] }]]));
  builder.beginSection({ module: 1, part: "forward", owner: "a" });
  const emit = (primitive: string, operands: number[], attributes = {}, variables: string[] = []): number =>
    builder.emit(primitive, operands, attributes, variables)[0] as number;
  return { builder, emit };
}

test("what nobody uses is gone, and values are numbered densely", () => {
  const { builder, emit } = start();
  builder.input("unread", rows, { kind: "label" });
  const x = builder.input("input", rows, { kind: "input" });
  emit("exp", [emit("square", [x])]);
  builder.beginSection({ module: 1, part: "head", owner: "empty" });
  emit("square", [x]);
  builder.beginSection({ module: 1, part: "forward", owner: "b" });
  builder.output("y", emit("relu", [x]));
  const procedure = builder.finish();
  expect(procedure.inputs).toEqual([{ name: "input", value: 0, role: { kind: "input" } }]);
  expect(procedure.sections).toEqual([{ module: 1, part: "forward", owner: "b", start: 0, end: 1 }]);
  expect(procedure.instructions).toEqual([
    { primitive: "relu", operands: [0], results: [1], attributes: {}, variables: [], free: [0], label: "" },
  ]);
  expect(procedure.outputs).toEqual([{ name: "y", value: 1 }]);
});

test("result types follow from the primitives", () => {
  const { builder, emit } = start();
  const x = builder.input("input", rows, { kind: "input" });
  const y = emit("matmul", [x, emit("read", [], {}, ["w"])], { transposeA: false, transposeB: false });
  expect(builder.typeOf(y)).toEqual({ dataType: "float32", shape: [-1, 2] });
});

test("impossible calls are refused", () => {
  const { builder, emit } = start();
  const x = builder.input("input", rows, { kind: "input" });
  expect(() => emit("rely", [x])).toThrow("there is no primitive rely");
  expect(() => emit("relu", [7])).toThrow("%7 is not defined");
  expect(() => emit("read", [], {}, ["v"])).toThrow("there is no variable v");
  expect(() => emit("matmul", [x, x], { transposeA: false, transposeB: false })).toThrow();
});

test("the plan counts shared buffers once, variables not at all, and inputs until they are freed", () => {
  const { builder, emit } = start();
  const x = builder.input("input", rows, { kind: "input" });
  const wide = emit("reshape", [x], { shape: [-1, 2, 2] });
  const square = emit("square", [wide]);
  const back = emit("reshape", [square], { shape: [-1, 4] });
  const w = emit("read", [], {}, ["w"]);
  builder.output("y", emit("matmul", [back, w], { transposeA: false, transposeB: false }));
  const plan = planMemory(builder.finish(), 10);
  const [large, small] = [10 * 4 * 4, 10 * 2 * 4];
  expect(plan.timeline).toEqual([large, 2 * large, large, large, large + small]);
  expect(plan).toMatchObject({ peakBytes: 2 * large, peakInstruction: 1, outputBytes: small });
});
