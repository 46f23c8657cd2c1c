/** Every operation and its gradients once through TensorFlow's graph executor, beside kernel by kernel. */
import { expect, test } from "vitest";
import { loadEngine } from "../../runtime/engine/load-engine.ts";
import { openGraphSession } from "../../runtime/execute/graph/graph-session.ts";
import { primitives } from "../../runtime/primitives/registry.ts";
import { createProcedureBuilder } from "../../runtime/program/build.ts";
import type { Procedure, StepProgram } from "../../runtime/program/step-program.ts";
import { elementsAt } from "../../runtime/program/tensor-type.ts";
import { differentiate } from "./differentiate.ts";
import type { Numbers } from "./execute.ts";
import { execute } from "./execute.ts";
import { alone, operationCases, primitiveCases } from "./gradient-cases.ts";
import type { OperationCase } from "./harness.ts";
import { nameOf, prepare, wave } from "./harness.ts";
import type { Recorder } from "./recorder.ts";

/** What has no gradient. */
const forwardCases: readonly OperationCase[] = [
  { operation: "batch_norm", mode: "evaluate", batch: 2, tensors: [[3, 3, 2]] },
  { operation: "one_hot", batch: 3, tensors: ["label"], arguments: { classes: 4, wrong: true } },
  { operation: "one_hot", mode: "evaluate", batch: 3, tensors: ["label"], arguments: { classes: 4, wrong: true } },
  { operation: alone("max", { axes: [1], keepAxes: true }), batch: 2, tensors: [[3, 2]] },
];
const cases = [...operationCases, ...primitiveCases, ...forwardCases];

test.each([...new Set(cases.map(({ batch }) => batch))].sort((a, b) => a - b))(
  "results and gradients of all cases with a batch of %d are the same in a graph",
  (batch) => {
    const recorded = cases.filter((each) => each.batch === batch).map(record);
    const found = runAsGraph(recorded, batch);
    for (const { name, recorder, inputs, wanted } of recorded) {
      const expected = execute(recorder, batch, inputs, wanted);
      for (const [index, values] of expected.entries()) {
        expectClose(found(name, index), values, `${name} output ${index}`);
      }
    }
  },
);

test("every primitive without effect appears in some case", () => {
  const seen = new Set(
    cases.flatMap((each) => record(each, 0).recorder.instructions.map(({ primitive }) => primitive)),
  );
  const missing = primitives.filter(({ name, hasEffect }) => hasEffect !== true && !seen.has(name));
  // These two need a variable and a seed that is fed: see the test of random masks.
  expect(missing.map(({ name }) => name)).toEqual(["derive_seed", "read"]);
});

interface Recorded {
  readonly name: string;
  readonly recorder: Recorder;
  readonly inputs: Map<number, Numbers>;
  readonly wanted: readonly number[];
}

/** A case with its result and the gradients of a tensor cotangent. */
function record(testCase: OperationCase, index: number): Recorded {
  const { recorder, inputs, output, differentiable } = prepare(testCase);
  const { shape } = recorder.typeOf(output);
  // Windows · batch is no length that can be fed.
  const isFed = shape.every((length) => length >= -1);
  const fed = recorder.input({ dataType: "float32", shape: isFed ? shape : [-1, elementsAt(shape, 1)] });
  inputs.set(fed, wave(elementsAt(shape, testCase.batch), 5));
  const cotangent = isFed ? fed : (recorder.emit("reshape", [fed], { shape })[0] as number);
  const values = differentiable.map(({ value }) => value);
  const gradients = differentiate(recorder, output, { kind: "tensor", value: cotangent }, values);
  const wanted = [output, ...gradients.filter((gradient) => gradient !== undefined)];
  return { name: `${index} ${nameOf(testCase)}`, recorder, inputs, wanted };
}

function runAsGraph(recorded: readonly Recorded[], batch: number) {
  const { procedure, feeds, names } = joinCases(recorded);
  const program = { variables: [], procedures: { evaluate: procedure }, recipe: {} } as unknown as StepProgram;
  const session = openGraphSession(program, ["evaluate"], loadEngine().binding);
  try {
    const results = session.run("evaluate", { batch, values: feeds });
    return (name: string, index: number) => results.get(names.get(`${name} ${index}`) as string) as Float32Array;
  } finally {
    session.close();
  }
}

/** All cases side by side in one procedure, their inputs fed under numbered names. */
function joinCases(recorded: readonly Recorded[]) {
  const builder = createProcedureBuilder("evaluate", new Map());
  builder.beginSection({ module: 1, part: "forward", owner: "case" });
  const feeds = new Map<string, Numbers>();
  const names = new Map<string, string>();
  for (const { name, recorder, inputs, wanted } of recorded) {
    const numbers = new Map<number, number>();
    for (const [value, data] of inputs) {
      const input = `input${feeds.size}`;
      numbers.set(value, builder.input(input, recorder.typeOf(value), { kind: "input" }));
      feeds.set(input, data);
    }
    for (const { primitive, operands, results, attributes } of recorder.instructions) {
      const given = operands.map((operand) => numbers.get(operand) as number);
      for (const [index, value] of builder.emit(primitive, given, attributes).entries()) {
        numbers.set(results[index] as number, value);
      }
    }
    wanted.forEach((value, index) => {
      const output = `output${names.size}`;
      names.set(`${name} ${index}`, output);
      builder.output(output, numbers.get(value) as number);
    });
  }
  const procedure: Procedure = builder.finish();
  return { procedure, feeds, names };
}

function expectClose(found: Float32Array, expected: Float32Array, what: string): void {
  expect(found.length, what).toBe(expected.length);
  const unit = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((value, index) => {
    const difference = Math.abs((found[index] as number) - value) / unit;
    expect(difference, `${what}, element ${index}: expected ${value}, found ${found[index]}`).toBeLessThan(1e-5);
  });
}
