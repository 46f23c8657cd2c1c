/** Gradients of convolution, matrix product and bias. */
import { one, product } from "../emission.ts";
import type { BackwardStep, GradientRule } from "../gradient.ts";
import { shapeOf, tensor } from "./cotangents.ts";

export const convolutionRules: readonly GradientRule[] = [
  convolution("conv2d"),
  // As a forward operation, a transposed convolution: its own input gradient is the convolution.
  {
    primitive: "conv2d_input_gradient",
    backward: (step) => {
      const [kernel, small] = step.operands as [number, number];
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined) return;
      const { inputShape: _, ...window } = step.attributes;
      if (step.needs(0)) {
        const attributes = { kernelShape: shapeOf(step, kernel), ...window };
        step.contribute(0, tensor(one(step, "conv2d_kernel_gradient", [gradient, small], attributes)));
      }
      if (step.needs(1)) step.contribute(1, tensor(one(step, "conv2d", [gradient, kernel], window)));
    },
  },
  {
    primitive: "matmul",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined) return;
      if (step.needs(1)) step.contribute(1, tensor(gradientOfSecond(step, gradient)));
      if (step.needs(0)) step.contribute(0, tensor(gradientOfFirst(step, gradient)));
    },
  },
  {
    primitive: "bias_add",
    backward: (step) => {
      if (step.needs(1)) {
        const gradient = step.tensorCotangent(0);
        if (gradient !== undefined) step.contribute(1, tensor(one(step, "bias_gradient", [gradient])));
      }
      const cotangent = step.cotangent(0);
      if (cotangent && step.needs(0)) step.contribute(0, cotangent);
    },
  },
];

/** A convolution that has the kernels `NAME_kernel_gradient` and `NAME_input_gradient`. */
export function convolution(primitive: string): GradientRule {
  return {
    primitive,
    backward: (step) => {
      const [image, kernel] = step.operands as [number, number];
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined) return;
      if (step.needs(1)) {
        const attributes = { kernelShape: shapeOf(step, kernel), ...step.attributes };
        step.contribute(1, tensor(one(step, `${primitive}_kernel_gradient`, [image, gradient], attributes)));
      }
      if (step.needs(0)) {
        const attributes = { inputShape: shapeOf(step, image), ...step.attributes };
        step.contribute(0, tensor(one(step, `${primitive}_input_gradient`, [kernel, gradient], attributes)));
      }
    },
  };
}

// c = A·B with A = aᵀ or a, B = bᵀ or b: dA = dc·Bᵀ and dB = Aᵀ·dc, transposed back where the operand was read transposed.
function gradientOfFirst(step: BackwardStep, gradient: number): number {
  const b = step.operands[1] as number;
  const { transposeA, transposeB } = step.attributes;
  return transposeA
    ? product(step, b, gradient, transposeB === true, true)
    : product(step, gradient, b, false, transposeB !== true);
}

function gradientOfSecond(step: BackwardStep, gradient: number): number {
  const a = step.operands[0] as number;
  const { transposeA, transposeB } = step.attributes;
  return transposeB
    ? product(step, gradient, a, true, transposeA === true)
    : product(step, a, gradient, transposeA !== true, false);
}
