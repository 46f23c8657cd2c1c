/** Cases of primitives that have no gradient, or that training does not reach: their values are compared between engines. */
import { alone } from "./gradient-cases.ts";
import type { OperationCase } from "./harness.ts";
import { scattered } from "./harness.ts";

export const valueCases: readonly OperationCase[] = [
  { operation: alone("argmax", { axis: 1 }), batch: 3, tensors: [[5]], values: [scattered(15)] },
  // The first of equal ones, as everywhere.
  { operation: alone("argmax", { axis: 1 }), batch: 2, tensors: [[3]], values: [Float32Array.of(1, 2, 2, -1, -1, -1)] },
  { operation: alone("max", { axes: [1], keepAxes: false }), batch: 2, tensors: [[3, 2]] },
  { operation: alone("max", { axes: [0, 2], keepAxes: true }), batch: 2, tensors: [[3, 2]] },
  { operation: "batch_norm", mode: "evaluate", batch: 2, tensors: [[3, 3, 2]] },
  { operation: "batch_norm", mode: "evaluate", batch: 3, tensors: [[4]] },
  { operation: "dropout", mode: "evaluate", batch: 2, tensors: [[4]], arguments: { rate: 0.4 } },
  { operation: "one_hot", batch: 4, tensors: ["label"], arguments: { classes: 3 } },
  { operation: derivedNumbers(5), batch: 3, tensors: [[7]] },
  { operation: derivedNumbers(-1), batch: 2, tensors: [[3]], seed: [2 ** 31 - 1, -4] },
  // Numbers that float32 barely holds: exponentials that would overflow, logarithms of next to nothing, softmax of far apart logits.
  { operation: "softmax", batch: 2, tensors: [[4]], values: [Float32Array.of(90, -90, 88, 0, 1e4, 1e4, -1e4, 0)] },
  {
    operation: "cross_entropy",
    batch: 2,
    tensors: [[3], "label"],
    values: [Float32Array.of(100, -100, 0, 1e4, 0, -1e4)],
  },
  { operation: "sigmoid", batch: 1, tensors: [[4]], values: [Float32Array.of(-100, 100, -20, 20)] },
  { operation: "tanh", batch: 1, tensors: [[4]], values: [Float32Array.of(-50, 50, -10, 10)] },
  { operation: "gelu", batch: 1, tensors: [[4]], values: [Float32Array.of(-8, 8, -30, 30)] },
  {
    operation: "binary_cross_entropy",
    batch: 1,
    tensors: [[4], [4]],
    values: [Float32Array.of(-100, 100, -100, 100), Float32Array.of(0, 1, 1, 0)],
  },
  { operation: "max_pool", batch: 1, tensors: [[4, 4, 1]], values: [new Float32Array(16)] },
];

/** Random numbers of one of the streams of a seed. */
function derivedNumbers(stream: number): Exclude<OperationCase["operation"], string> {
  return {
    ...alone("add"),
    name: "derived_numbers",
    infer: ({ tensors }) => ({ type: tensors[0] ?? { dataType: "float32", shape: [] }, weights: [] }),
    emit: (_, emitter) => {
      const [x] = emitter.tensors as [number];
      const seed = emitter.emit("derive_seed", [emitter.seed()], { stream })[0] as number;
      const drawn = emitter.emit("random_uniform", [seed], { shape: emitter.typeOf(x).shape })[0] as number;
      return emitter.emit("add", [x, drawn])[0] as number;
    },
  };
}
