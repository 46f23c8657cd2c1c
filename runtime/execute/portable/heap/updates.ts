/** Optimizer updates in place, one pass over memory each. */
import type { EngineTensor } from "../../../engine/portable-engine.ts";
import type { Kit } from "../kit.ts";
import type { PortableCall, PortableKernel, PortableKernels } from "../portable-kernel.ts";
import { decaysOf, flagOf, numberOf, operandOf, variableOf } from "../portable-kernel.ts";

export const heapUpdates: PortableKernels = {
  assign: inPlace(1, (_, [target], call, read) => target.set(read(operandOf(call, 0)))),
  assign_add: inPlace(1, (_, [target], call, read) => addScaled(target, read(operandOf(call, 0)), 1)),
  assign_subtract: inPlace(1, (_, [target], call, read) => addScaled(target, read(operandOf(call, 0)), -1)),
  apply_sgd: inPlace(1, (_, [weight], call, read) =>
    addScaled(weight, read(operandOf(call, 0)), -(read(operandOf(call, 1))[0] as number)),
  ),
  apply_momentum: inPlace(2, (_, [weight, slot], call, read) => {
    const gradient = read(operandOf(call, 0));
    const rate = read(operandOf(call, 1))[0] as number;
    const momentum = numberOf(call, "momentum");
    const nesterov = flagOf(call, "nesterov");
    for (let index = 0; index < weight.length; index++) {
      const slope = gradient[index] as number;
      const speed = Math.fround(momentum * (slot[index] as number) + slope);
      slot[index] = speed;
      weight[index] = (weight[index] as number) - rate * (nesterov ? slope + momentum * speed : speed);
    }
  }),
  apply_adam: inPlace(3, (_, [weight, first, second], call, read) => {
    const gradient = read(operandOf(call, 0));
    const [rate, power1, power2, epsilon] = [1, 2, 3, 4].map((index) => read(operandOf(call, index))[0]) as [
      number,
      number,
      number,
      number,
    ];
    const [beta1, beta2] = decaysOf(call);
    const step = (rate * Math.sqrt(1 - power2)) / (1 - power1);
    for (let index = 0; index < weight.length; index++) {
      const slope = gradient[index] as number;
      const mean = Math.fround(beta1 * (first[index] as number) + (1 - beta1) * slope);
      const square = Math.fround(beta2 * (second[index] as number) + (1 - beta2) * slope * slope);
      first[index] = mean;
      second[index] = square;
      weight[index] = (weight[index] as number) - (step * mean) / (Math.sqrt(square) + epsilon);
    }
  }),
};

type Three = [Float32Array, Float32Array, Float32Array];

/** The instruction's variables as memory of their own, changed by `change`. */
function inPlace(
  count: number,
  change: (kit: Kit, variables: Three, call: PortableCall, read: (tensor: EngineTensor) => Float32Array) => void,
): PortableKernel {
  return {
    uses: [],
    run: (kit, call) => {
      const heap = kit.heap();
      const variables = Array.from({ length: count }, (_, index) => variableOf(call, index));
      // Who has read the variable keeps what was read.
      for (const variable of variables) {
        const tensor = variable.tensor();
        if (!heap.isShared(tensor)) continue;
        const copy = heap.empty(tensor.shape, "float32");
        heap.floats(copy).set(heap.floats(tensor));
        variable.replace(copy);
      }
      const tensors = variables.map((variable) => variable.tensor());
      change(kit, tensors.map(heap.floats) as Three, call, heap.floats);
      tensors.forEach(heap.changed);
      return [];
    },
  };
}

function addScaled(target: Float32Array, values: Float32Array, factor: number): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = (target[index] as number) + factor * (values[index] as number);
  }
}
