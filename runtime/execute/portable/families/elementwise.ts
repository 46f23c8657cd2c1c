/** Functions of single elements, of pairs of them and of constants. */
import type { EngineTensor } from "../../../engine/portable-engine.ts";
import type { BatchScalar } from "../../../program/tensor-type.ts";
import { scalarAt } from "../../../program/tensor-type.ts";
import type { Kit } from "../kit.ts";
import type { PortableCall, PortableKernel, PortableKernels } from "../portable-kernel.ts";
import { numberOf, numbersOf, operandOf, resultShape } from "../portable-kernel.ts";

export const elementwiseKernels: PortableKernels = {
  ...each(unary, {
    relu: "Relu",
    tanh: "Tanh",
    sigmoid: "Sigmoid",
    softplus: "Softplus",
    exp: "Exp",
    log: "Log",
    sqrt: "Sqrt",
    rsqrt: "Rsqrt",
    square: "Square",
    negate: "Neg",
    reciprocal: "Reciprocal",
    erf: "Erf",
    absolute: "Abs",
    sign: "Sign",
  }),
  ...each(binary, {
    add: "Add",
    subtract: "Sub",
    multiply: "Multiply",
    divide: "RealDiv",
    maximum: "Maximum",
    minimum: "Minimum",
    equal: "Equal",
    greater: "Greater",
    greater_equal: "GreaterEqual",
    gelu: "Multiply",
  }),
  standardize: { uses: ["Multiply"], run: (kit, call) => [kit.multiply(operandOf(call, 1), operandOf(call, 2))] },
  relu_gradient: gradient(["Step", "Multiply"], (kit, dy, y) =>
    kit.multiply(dy, kit.run("Step", { x: y }, { alpha: 0 })),
  ),
  tanh_gradient: gradient(["Square", "Sub", "Multiply"], (kit, dy, y) =>
    kit.multiply(dy, kit.subtract(kit.scalar(1), kit.run("Square", { x: y }))),
  ),
  sigmoid_gradient: gradient(["Sub", "Multiply"], (kit, dy, y) =>
    kit.multiply(dy, kit.multiply(y, kit.subtract(kit.scalar(1), y))),
  ),
  sqrt_gradient: gradient(["RealDiv", "Multiply"], (kit, dy, y) => kit.divide(kit.scale(dy, 0.5), y)),
  rsqrt_gradient: gradient(["Square", "Multiply"], (kit, dy, y) =>
    kit.multiply(kit.scale(dy, -0.5), kit.multiply(y, kit.run("Square", { x: y }))),
  ),
  reciprocal_gradient: gradient(["Square", "Multiply"], (kit, dy, y) =>
    kit.multiply(kit.scale(dy, -1), kit.run("Square", { x: y })),
  ),
  softplus_gradient: gradient(["Sigmoid", "Multiply"], (kit, dy, x) => kit.multiply(dy, kit.run("Sigmoid", { x }))),
  leaky_relu: {
    uses: ["LeakyRelu"],
    run: (kit, call) => [kit.run("LeakyRelu", { x: operandOf(call, 0) }, { alpha: numberOf(call, "slope") })],
  },
  leaky_relu_gradient: {
    uses: ["Step", "Multiply"],
    run: (kit, call) => {
      const slopes = kit.run("Step", { x: operandOf(call, 1) }, { alpha: numberOf(call, "slope") });
      return [kit.multiply(operandOf(call, 0), slopes)];
    },
  },
  cast: {
    uses: ["Cast"],
    run: (kit, call) => [kit.run("Cast", { x: operandOf(call, 0) }, { dtype: call.attributes.dataType })],
  },
  keep_where: {
    uses: ["Select", "Fill"],
    run: (kit, call) => {
      const e = kit.run("Fill", {}, { shape: resultShape(call), value: 0, dtype: "float32" });
      return [kit.run("Select", { condition: operandOf(call, 1), t: operandOf(call, 0), e })];
    },
  },
  add_n: {
    uses: ["Add"],
    run: (kit, { operands }) => [operands.reduce((sum, operand) => kit.add(sum, operand))],
  },
  scale: withConstant("Multiply", "factor"),
  shift: withConstant("Add", "amount"),
  at_least: withConstant("Maximum", "bound"),
  scale_channels: perChannel("Multiply", "factors"),
  shift_channels: perChannel("Add", "amounts"),
  clamp: {
    uses: ["ClipByValue"],
    run: (kit, call) => {
      const bounds = { clipValueMin: numberOf(call, "low"), clipValueMax: numberOf(call, "high") };
      return [kit.run("ClipByValue", { x: operandOf(call, 0) }, bounds)];
    },
  },
};

function each(make: (kernel: string) => PortableKernel, names: Readonly<Record<string, string>>): PortableKernels {
  return Object.fromEntries(Object.entries(names).map(([primitive, kernel]) => [primitive, make(kernel)]));
}

function unary(kernel: string): PortableKernel {
  return { uses: [kernel], run: (kit, call) => [kit.run(kernel, { x: operandOf(call, 0) })] };
}

function binary(kernel: string): PortableKernel {
  return { uses: [kernel], run: (kit, call) => [kit.run(kernel, { a: operandOf(call, 0), b: operandOf(call, 1) })] };
}

/** From the output gradient and what was saved. */
function gradient(
  uses: readonly string[],
  compute: (kit: Kit, outputGradient: EngineTensor, saved: EngineTensor) => EngineTensor,
): PortableKernel {
  return { uses, run: (kit, call) => [compute(kit, operandOf(call, 0), operandOf(call, 1))] };
}

function withConstant(kernel: string, attribute: string): PortableKernel {
  return {
    uses: [kernel],
    run: (kit, call) => [kit.run(kernel, { a: operandOf(call, 0), b: kit.scalar(scalarOf(call, attribute)) })],
  };
}

/** A number that may depend on the batch size. */
export function scalarOf({ attributes, batch }: PortableCall, name: string): number {
  const value = attributes[name] as number | BatchScalar;
  return typeof value === "number" ? value : scalarAt(value, batch);
}

function perChannel(kernel: string, attribute: string): PortableKernel {
  return {
    uses: [kernel],
    run: (kit, call) => {
      const numbers = numbersOf(call, attribute);
      const b = kit.constant(`floats ${numbers.join(" ")}`, [numbers.length], () => Float32Array.from(numbers));
      return [kit.run(kernel, { a: operandOf(call, 0), b })];
    },
  };
}
