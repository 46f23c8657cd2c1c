/** Many elements to one, softmax and its losses. */
import type { EngineTensor } from "../../../engine/portable-engine.ts";
import type { Kit } from "../kit.ts";
import type { PortableKernel, PortableKernels } from "../portable-kernel.ts";
import { flagOf, numberOf, numbersOf, operandOf, resultShape } from "../portable-kernel.ts";

const logSoftmaxKernels = ["Max", "Sub", "Exp", "Sum", "Log"];

export const reductionKernels: PortableKernels = {
  sum: reduction("Sum", "axis"),
  max: reduction("Max", "reductionIndices"),
  mean: {
    uses: ["Sum", "Multiply"],
    run: (kit, call) => {
      const x = operandOf(call, 0);
      const axes = numbersOf(call, "axes");
      const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
      return [kit.scale(kit.sum(x, axes, flagOf(call, "keepAxes")), 1 / count)];
    },
  },
  half_square_sum: {
    uses: ["Square", "Sum", "Multiply"],
    run: (kit, call) => {
      const squares = kit.run("Square", { x: operandOf(call, 0) });
      return [kit.scale(kit.sum(squares, [...squares.shape.keys()]), 0.5)];
    },
  },
  argmax: {
    uses: ["ArgMax"],
    run: (kit, call) => [kit.run("ArgMax", { x: operandOf(call, 0) }, { axis: numberOf(call, "axis") })],
  },
  softmax: {
    uses: ["Softmax"],
    run: (kit, call) => [kit.reshape(softmax(kit, rowsOf(kit, operandOf(call, 0))), resultShape(call))],
  },
  log_softmax: {
    uses: logSoftmaxKernels,
    run: (kit, call) => [kit.reshape(logSoftmax(kit, rowsOf(kit, operandOf(call, 0))), resultShape(call))],
  },
  softmax_cross_entropy: {
    uses: [...logSoftmaxKernels, "OneHot", "Multiply", "Softmax"],
    run: (kit, call) => {
      const logits = operandOf(call, 0);
      const attributes = { depth: logits.shape[1] as number, onValue: 1, offValue: 0, dtype: "float32" };
      return crossEntropy(kit, logits, kit.run("OneHot", { indices: operandOf(call, 1) }, attributes));
    },
  },
  softmax_cross_entropy_dense: {
    uses: [...logSoftmaxKernels, "Multiply", "Softmax"],
    run: (kit, call) => crossEntropy(kit, operandOf(call, 0), operandOf(call, 1)),
  },
  one_hot: {
    uses: ["OneHot"],
    run: (kit, call) => {
      const values = { onValue: numberOf(call, "on"), offValue: numberOf(call, "off"), dtype: "float32" };
      return [kit.run("OneHot", { indices: operandOf(call, 0) }, { depth: numberOf(call, "depth"), ...values })];
    },
  },
};

function reduction(kernel: string, attribute: string): PortableKernel {
  return {
    uses: [kernel],
    run: (kit, call) => {
      const axes = numbersOf(call, "axes");
      const x = operandOf(call, 0);
      if (axes.length === 0) return [kit.reshape(x, x.shape)];
      // The maximum's `keepDims` is forgotten by some kernels: the shape is given afterwards instead.
      return [kit.reshape(kit.run(kernel, { x }, { [attribute]: axes, keepDims: false }), resultShape(call))];
    },
  };
}

function rowsOf(kit: Kit, x: EngineTensor): EngineTensor {
  const classes = x.shape.at(-1) as number;
  const elements = x.shape.reduce((product, length) => product * length, 1);
  return kit.reshape(x, [elements / classes, classes]);
}

function softmax(kit: Kit, rows: EngineTensor): EngineTensor {
  return kit.run("Softmax", { logits: rows }, { dim: 1 });
}

function logSoftmax(kit: Kit, rows: EngineTensor): EngineTensor {
  const column = [rows.shape[0] as number, 1];
  const largest = kit.reshape(kit.run("Max", { x: rows }, { reductionIndices: [1], keepDims: false }), column);
  const shifted = kit.subtract(rows, largest);
  const total = kit.reshape(kit.sum(kit.run("Exp", { x: shifted }), [1]), column);
  return kit.subtract(shifted, kit.run("Log", { x: total }));
}

/** Losses of the rows, and the gradient `softmax(logits) − probabilities`. */
function crossEntropy(kit: Kit, logits: EngineTensor, probabilities: EngineTensor): readonly EngineTensor[] {
  const losses = kit.scale(kit.sum(kit.multiply(probabilities, logSoftmax(kit, logits)), [1]), -1);
  return [losses, kit.subtract(softmax(kit, logits), probabilities)];
}
