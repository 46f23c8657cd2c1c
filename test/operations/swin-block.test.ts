import "./also-portable.ts";
import { expect, test } from "vitest";
import type { ArgumentValue, Operation } from "../../compiler/operations/operation.ts";
import { findOperation } from "../../compiler/operations/registry.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import { elementsAt } from "../../runtime/program/tensor-type.ts";
import { differentiate } from "./differentiate.ts";
import type { Numbers } from "./execute.ts";
import { execute } from "./execute.ts";
import { wave } from "./harness.ts";
import type { Recorder } from "./recorder.ts";
import { addWeight, createRecorder } from "./recorder.ts";
import type { SwinBlock } from "./swin-reference.ts";
import { swinBlock } from "./swin-reference.ts";

const [batch, side, channels, heads] = [2, 4, 4, 2];
const hidden = 2 * channels;

test.each([
  { name: "with regular windows", window: 2, shift: 0, table: 2 },
  { name: "with shifted windows and their mask", window: 2, shift: 1, table: 2 },
  { name: "whose window exceeds the image", window: 7, shift: 3, table: 4 },
])("outputs and gradients of a Swin block $name equal a second implementation", ({ window, shift, table }) => {
  const { recorder, x, y } = writeBlock(window, shift);
  const names = [...recorder.weights.keys()];
  const inputs = new Map<number, Numbers>([[x, wave(batch * side * side * channels, 0)]]);
  names.forEach((name, index) => {
    const value = recorder.weights.get(name) as number;
    const values = wave(elementsAt(recorder.typeOf(value).shape, 1), index + 1);
    inputs.set(value, name.endsWith("scale") ? values.map((each) => 1 + each / 2) : values.map((each) => each / 2));
  });
  const slopes = wave(batch * side * side * channels, 40);
  const cotangent = recorder.input(recorder.typeOf(y));
  inputs.set(cotangent, slopes);
  const wanted = [x, ...names.map((name) => recorder.weights.get(name) as number)];
  const gradients = differentiate(recorder, y, { kind: "tensor", value: cotangent }, wanted) as number[];
  const [output, ...found] = execute(recorder, batch, inputs, [y, ...gradients]) as [Float32Array, ...Float32Array[]];

  const [effective, moved] = window >= side ? [side, 0] : [window, shift];
  expect(recorder.typeOf(recorder.weights.get("attention.positions") as number).shape).toEqual([
    (2 * table - 1) ** 2,
    heads,
  ]);
  const block = { side, channels, heads, window: effective, shift: moved };
  const values = new Map(wanted.map((value, index) => [index, Float64Array.from(inputs.get(value) as Float32Array)]));
  expectClose(output, reference(values, names, block), "output", 1e-5);
  found.forEach((gradient, index) => {
    const numeric = slopesOf(values, index, () => weighted(reference(values, names, block), slopes));
    expectClose(gradient, numeric, index === 0 ? "input gradient" : `gradient of ${names[index - 1]}`, 2e-5);
  });
});

function writeBlock(window: number, shift: number) {
  const recorder = createRecorder("train", [{ dataType: "float32", shape: [-1, side, side, channels] }]);
  const [x] = recorder.tensors as [number];
  const use = (name: string, prefix: string, tensors: number[], given: Record<string, ArgumentValue> = {}) =>
    call(recorder, name, prefix, tensors, given);
  const normed = use("layer_norm", "norm1", [x]);
  const attended = use("window_attention", "attention", [normed], { heads, window, shift });
  const middle = use("add", "", [x, attended]);
  const tokens = use("reshape", "", [middle], { shape: [side * side, channels] });
  const up = use("gelu", "", [use("dense", "up", [use("layer_norm", "norm2", [tokens])], { features: hidden })]);
  const down = use("dense", "down", [up], { features: channels });
  const y = use("reshape", "", [use("add", "", [tokens, down])], { shape: [side, side, channels] });
  return { recorder, x, y };
}

function call(
  recorder: Recorder,
  name: string,
  prefix: string,
  tensors: number[],
  given: Record<string, ArgumentValue>,
) {
  const operation = findOperation(name) as Operation;
  const types: TensorType[] = tensors.map(recorder.typeOf);
  const filled = operation.parameters.map((each) => [each.name, given[each.name] ?? each.default?.value] as const);
  const operationCall = { tensors: types, arguments: Object.fromEntries(filled) };
  const inferred = operation.infer(operationCall);
  if ("problem" in inferred) throw new Error(inferred.problem.message);
  for (const weight of inferred.weights) addWeight(recorder, `${prefix}.${weight.name}`, weight.shape);
  const weight = (weightName: string) => recorder.weight(`${prefix}.${weightName}`);
  return operation.emit(operationCall, { ...recorder, tensors, weight });
}

/** The block of every image in turn. Value 0 is the input, the others are the weights in order. */
function reference(values: ReadonlyMap<number, Float64Array>, names: readonly string[], block: SwinBlock): number[] {
  const weights = Object.fromEntries(names.map((name, index) => [name, values.get(index + 1) as Float64Array]));
  const x = values.get(0) as Float64Array;
  const size = x.length / batch;
  return [...Array(batch).keys()].flatMap((n) => swinBlock(x.slice(n * size, (n + 1) * size), weights, block));
}

function slopesOf(values: ReadonlyMap<number, Float64Array>, index: number, loss: () => number): number[] {
  const point = values.get(index) as Float64Array;
  return Array.from(point, (value, element) => {
    const at = (moved: number) => {
      point[element] = moved;
      return loss();
    };
    const slope = (at(value + 1e-4) - at(value - 1e-4)) / 2e-4;
    point[element] = value;
    return slope;
  });
}

function weighted(output: readonly number[], slopes: Float32Array): number {
  return output.reduce((sum, value, index) => sum + value * (slopes[index] as number), 0);
}

function expectClose(found: Float32Array, expected: readonly number[], what: string, tolerance: number): void {
  expect(found.length, what).toBe(expected.length);
  const unit = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((value, index) => {
    const difference = Math.abs((found[index] as number) - value) / unit;
    expect(difference, `${what}[${index}]: expected ${value}, found ${found[index]}`).toBeLessThan(tolerance);
  });
}
