/** One operation of the language at a time: its values, and its gradients beside finite differences. */
import { expect } from "vitest";
import type { Cotangent } from "../../compiler/operations/gradient.ts";
import type {
  ArgumentValue,
  Inferred,
  Operation,
  OperationCall,
  OperationProblem,
} from "../../compiler/operations/operation.ts";
import { findOperation } from "../../compiler/operations/registry.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import { elementsAt, shapeAt } from "../../runtime/program/tensor-type.ts";
import { differentiate } from "./differentiate.ts";
import type { Numbers } from "./execute.ts";
import { execute } from "./execute.ts";
import type { Recorder } from "./recorder.ts";
import { addWeight, createRecorder } from "./recorder.ts";

export interface OperationCase {
  /** Name of an operation of the language, or one made for the test. */
  readonly operation: string | Operation;
  readonly batch: number;
  /** Shape of a sample, or `"label"` (int32[batch], in 0 … 2), which gets no gradient, or a whole shape without batch axis. */
  readonly tensors: readonly (readonly number[] | "label" | { readonly whole: readonly number[] })[];
  readonly arguments?: Readonly<Record<string, ArgumentValue>>;
  readonly mode?: "train" | "evaluate";
  /** Values for the tensors; a wave where left out. */
  readonly values?: readonly (Numbers | undefined)[];
  readonly weights?: Readonly<Record<string, Float32Array>>;
  /** For operations that draw random numbers. */
  readonly seed?: readonly [number, number];
}

export function nameOf({ operation }: OperationCase): string {
  return typeof operation === "string" ? operation : operation.name;
}

/** Calls `infer` with defaults filled in. */
export function infer(
  name: string | Operation,
  tensors: readonly TensorType[],
  given: OperationCase["arguments"] = {},
) {
  const { operation, call } = callOf(name, tensors, given);
  return operation.infer(call);
}

export function isProblem(result: Inferred | OperationProblem): result is OperationProblem {
  return "problem" in result;
}

/** A case ready to run: the recorded program, its inputs by value number, and which of them are differentiable. */
export function prepare(testCase: OperationCase) {
  const types = testCase.tensors.map((shape): TensorType => {
    if (shape === "label") return { dataType: "int32", shape: [-1] };
    return { dataType: "float32", shape: "whole" in shape ? shape.whole : [-1, ...shape] };
  });
  const { operation, call } = callOf(testCase.operation, types, testCase.arguments ?? {});
  const inferred = operation.infer(call);
  if (isProblem(inferred)) throw new Error(inferred.problem.message);
  const recorder = createRecorder(testCase.mode ?? "train", types);
  const inputs = new Map<number, Numbers>();
  types.forEach((type, index) => {
    const count = elementsAt(type.shape, testCase.batch);
    const values = testCase.values?.[index] ?? (type.dataType === "int32" ? labels(count) : wave(count, index));
    inputs.set(recorder.tensors[index] as number, values);
  });
  const trained: { name: string; value: number }[] = [];
  inferred.weights.forEach(({ name, shape, group }, index) => {
    const value = addWeight(recorder, name, shape);
    const positive = name === "variance" || name === "scale";
    const initial = wave(elementsAt(shape, 1), 10 + index).map((x) => (positive ? 1.5 + 0.4 * x : 0.5 * x));
    inputs.set(value, testCase.weights?.[name] ?? initial);
    if (group !== "statistic") trained.push({ name, value });
  });
  const differentiable = [
    ...types.flatMap((type, index) =>
      type.dataType === "float32"
        ? [{ name: operation.tensors[index] as string, value: recorder.tensors[index] as number }]
        : [],
    ),
    ...trained,
  ];
  const output = operation.emit(call, recorder);
  for (const seed of recorder.seeds) inputs.set(seed, Int32Array.from(testCase.seed ?? [7, 1]));
  expect(recorder.typeOf(output), "the emitted type is the inferred one").toEqual(inferred.type);
  return { recorder, inputs, output, differentiable, inferred };
}

/** The operation's result. */
export function valuesOf(testCase: OperationCase): Float32Array {
  const { recorder, inputs, output } = prepare(testCase);
  return execute(recorder, testCase.batch, inputs, [output])[0] as Float32Array;
}

/** Gradients of Σ w ∘ result by the rules; `w` a wave, or 0.7 everywhere for a uniform cotangent. */
export function gradientsOf(testCase: OperationCase, cotangent: "tensor" | "uniform") {
  const { recorder, known, ...recorded } = recordGradients(testCase, cotangent);
  const analytic = execute(recorder, testCase.batch, recorded.inputs, known);
  return { analytic, ...recorded, loss: lossOf(testCase, recorded.weights) };
}

/** The program of these gradients, for any engine. */
export function recordGradients(testCase: OperationCase, cotangent: "tensor" | "uniform") {
  const { recorder, inputs, output, differentiable } = prepare(testCase);
  const { shape } = recorder.typeOf(output);
  const count = elementsAt(shape, testCase.batch);
  const weights = cotangent === "tensor" ? wave(count, 5) : new Float32Array(count).fill(0.7);
  let seed: Cotangent = { kind: "uniform", scalar: { value: 0.7, batchPower: 0 } };
  if (cotangent === "tensor") {
    const value = recorder.input({ dataType: "float32", shape });
    inputs.set(value, weights);
    seed = { kind: "tensor", value };
  }
  const wanted = differentiable.map(({ value }) => value);
  const forward = recorder.instructions.length;
  const gradients = differentiate(recorder, output, seed, wanted);
  const backward = recorder.instructions.slice(forward).map(({ primitive }) => primitive);
  const known = gradients.map((gradient, index) => {
    if (gradient === undefined) throw new Error(`no gradient for ${differentiable[index]?.name}`);
    expect(shapeAt(recorder.typeOf(gradient).shape, testCase.batch), "a gradient has its value's shape").toEqual(
      shapeAt(recorder.typeOf(wanted[index] as number).shape, testCase.batch),
    );
    return gradient;
  });
  return { recorder, known, output, differentiable, inputs, weights, backward };
}

/** Compares every gradient of a case with central differences, extrapolated to fourth order, in units of the largest entry. */
export function expectGradients(testCase: OperationCase, cotangent: "tensor" | "uniform", tolerance = 2e-3): void {
  const { analytic, differentiable, inputs, loss } = gradientsOf(testCase, cotangent);
  differentiable.forEach(({ name, value }, index) => {
    const point = inputs.get(value) as Float32Array;
    const numeric = point.map((_, element) => slope(loss, inputs, value, element));
    // Slopes of float32 values are known to some 1e-5 only, so gradients that vanish are held to that.
    const unit = Math.max(...numeric.map(Math.abs), 0.05);
    const found = analytic[index] as Float32Array;
    numeric.forEach((expected, element) => {
      const difference = Math.abs(expected - (found[element] as number)) / unit;
      expect(difference, `${name}[${element}]: expected ${expected}, found ${found[element]}`).toBeLessThan(tolerance);
    });
  });
}

/** Values without pattern between −1 and 1, none nearer to 0 than 0.12. */
export function wave(count: number, phase = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => {
    const value = Math.sin(0.9 + 1.7 * index + 2.3 * phase + 0.013 * index * index);
    return Math.sign(value) * (0.12 + 0.88 * Math.abs(value));
  });
}

/** Distinct values in no order, at least `gap` apart: nothing ties when one of them moves a little. */
export function scattered(count: number, gap = 0.25): Float32Array {
  const order = [...wave(count, 3).keys()].sort((a, b) => Math.sin(a * 12.9898) - Math.sin(b * 12.9898));
  return Float32Array.from(order, (rank) => (rank - count / 2) * gap);
}

function lossOf(testCase: OperationCase, weights: Float32Array) {
  const { recorder, output } = prepare(testCase);
  return (inputs: ReadonlyMap<number, Numbers>): number => {
    const own = new Map([...inputs].filter(([value]) => isInput(recorder, value)));
    const [result] = execute(recorder, testCase.batch, own, [output]) as [Float32Array];
    return result.reduce((total, element, index) => total + element * (weights[index] as number), 0);
  };
}

/** The differentiated program has one input more, the cotangent, whose number this program may not know or use otherwise. */
function isInput(recorder: Recorder, value: number): boolean {
  return value < recorder.values.length && !recorder.instructions.some(({ results }) => results.includes(value));
}

function slope(
  loss: (inputs: ReadonlyMap<number, Numbers>) => number,
  inputs: ReadonlyMap<number, Numbers>,
  value: number,
  element: number,
): number {
  const at = (step: number): number => {
    const moved = Float32Array.from(inputs.get(value) as Float32Array);
    moved[element] = (moved[element] as number) + step;
    return loss(new Map([...inputs, [value, moved]]));
  };
  const central = (step: number) => (at(step) - at(-step)) / (2 * step);
  return (4 * central(0.025) - central(0.05)) / 3;
}

function labels(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => [0, 1, 1, 2, 0][index % 5] as number);
}

function callOf(
  name: string | Operation,
  tensors: readonly TensorType[],
  given: Readonly<Record<string, ArgumentValue>>,
) {
  const operation = typeof name === "string" ? findOperation(name) : name;
  if (!operation) throw new Error(`no operation ${name}`);
  const unknown = Object.keys(given).find((key) => !operation.parameters.some((parameter) => parameter.name === key));
  if (unknown) throw new Error(`no parameter ${unknown}`);
  const filled = operation.parameters.map(({ name: parameter, default: preset }) => {
    const value = given[parameter] ?? preset?.value;
    if (value === undefined && !preset) throw new Error(`argument ${parameter} is missing`);
    return [parameter, value] as const;
  });
  const call: OperationCall = { tensors, arguments: Object.fromEntries(filled) };
  return { operation, call };
}
