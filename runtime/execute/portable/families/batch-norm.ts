/** Batch normalisation of images, composed (Ioffe and Szegedy, arXiv 1502.03167). */
import type { EngineTensor } from "../../../engine/portable-engine.ts";
import type { Kit } from "../kit.ts";
import type { PortableCall, PortableKernels } from "../portable-kernel.ts";
import { numberOf, operandOf } from "../portable-kernel.ts";

const rows = [0, 1, 2];

export const batchNormKernels: PortableKernels = {
  batch_norm_training: {
    uses: ["Sum", "Multiply", "Sub", "Square", "Add", "FusedBatchNorm"],
    run: (kit, call) => {
      const [x, scale, offset, oldMean, oldVariance] = five(call);
      const count = countOf(x);
      const mean = kit.scale(kit.sum(x, rows), 1 / count);
      const squares = kit.run("Square", { x: kit.subtract(x, mean) });
      const variance = kit.scale(kit.sum(squares, rows), 1 / count);
      kit.drop(squares);
      const varianceEpsilon = numberOf(call, "epsilon");
      const y = kit.run("FusedBatchNorm", { x, scale, offset, mean, variance }, { varianceEpsilon });
      const momentum = numberOf(call, "momentum");
      const unbiased = count / Math.max(count - 1, 1);
      return [
        y,
        follow(kit, oldMean, mean, momentum, 1),
        follow(kit, oldVariance, variance, momentum, unbiased),
        mean,
        variance,
      ];
    },
  },
  batch_norm_inference: {
    uses: ["FusedBatchNorm"],
    run: (kit, call) => {
      const [x, scale, offset, mean, variance] = five(call);
      const varianceEpsilon = numberOf(call, "epsilon");
      return [kit.run("FusedBatchNorm", { x, scale, offset, mean, variance }, { varianceEpsilon })];
    },
  },
  batch_norm_gradient: {
    uses: ["Sum", "Multiply", "Sub", "Add", "Rsqrt"],
    run: (kit, call) => {
      const [dy, x, scale, mean, variance] = five(call);
      const count = countOf(x);
      const deviation = kit.run("Rsqrt", { x: kit.add(variance, kit.scalar(numberOf(call, "epsilon"))) });
      const normal = kit.multiply(kit.subtract(x, mean), deviation);
      const offsetGradient = kit.sum(dy, rows);
      const scaleGradient = kit.sum(kit.multiply(dy, normal), rows);
      const centred = kit.subtract(dy, kit.scale(offsetGradient, 1 / count));
      const along = kit.multiply(normal, kit.scale(scaleGradient, 1 / count));
      const imageGradient = kit.multiply(kit.subtract(centred, along), kit.multiply(scale, deviation));
      return [imageGradient, scaleGradient, offsetGradient];
    },
  },
};

function five(call: PortableCall) {
  return [0, 1, 2, 3, 4].map((index) => operandOf(call, index)) as [
    EngineTensor,
    EngineTensor,
    EngineTensor,
    EngineTensor,
    EngineTensor,
  ];
}

function countOf(x: EngineTensor): number {
  return x.shape.slice(0, 3).reduce((product, length) => product * length, 1);
}

/** `(1 − momentum) · old + momentum · factor · batch` */
function follow(kit: Kit, old: EngineTensor, batch: EngineTensor, momentum: number, factor: number): EngineTensor {
  return kit.add(kit.scale(old, 1 - momentum), kit.scale(batch, momentum * factor));
}
