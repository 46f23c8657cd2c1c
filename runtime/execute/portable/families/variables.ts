/** Variables and the optimizers' updates, composed; every update gives the variable a new tensor. */
import type { EngineTensor } from "../../../engine/portable-engine.ts";
import type { Kit } from "../kit.ts";
import type { PortableCall, PortableKernel, PortableKernels } from "../portable-kernel.ts";
import { decaysOf, flagOf, numberOf, operandOf, variableOf } from "../portable-kernel.ts";

export const variableKernels: PortableKernels = {
  read: {
    uses: [],
    run: (kit, call) => {
      const tensor = variableOf(call, 0).tensor();
      return [kit.reshape(tensor, tensor.shape)];
    },
  },
  assign: update(["Add"], (kit, call) => [kit.add(operandOf(call, 0), kit.scalar(0))]),
  assign_add: update(["Add"], (kit, call) => [kit.add(old(call, 0), operandOf(call, 0))]),
  assign_subtract: update(["Sub"], (kit, call) => [kit.subtract(old(call, 0), operandOf(call, 0))]),
  apply_sgd: update(["Sub", "Multiply"], (kit, call) => [
    kit.subtract(old(call, 0), kit.multiply(operandOf(call, 0), operandOf(call, 1))),
  ]),
  apply_momentum: update(["Sub", "Multiply", "Add"], (kit, call) => {
    const [gradient, rate] = [operandOf(call, 0), operandOf(call, 1)];
    const momentum = numberOf(call, "momentum");
    const slot = kit.add(kit.scale(old(call, 1), momentum), gradient);
    const direction = flagOf(call, "nesterov") ? kit.add(gradient, kit.scale(slot, momentum)) : slot;
    return [kit.subtract(old(call, 0), kit.multiply(direction, rate)), slot];
  }),
  apply_adam: update(["Sub", "Multiply", "Add", "Square", "Sqrt", "RealDiv"], (kit, call) => {
    const [gradient, rate, power1, power2, epsilon] = [0, 1, 2, 3, 4].map((index) => operandOf(call, index)) as [
      EngineTensor,
      EngineTensor,
      EngineTensor,
      EngineTensor,
      EngineTensor,
    ];
    const [beta1, beta2] = decaysOf(call);
    const one = kit.scalar(1);
    const first = kit.add(kit.scale(old(call, 1), beta1), kit.scale(gradient, 1 - beta1));
    const second = kit.add(kit.scale(old(call, 2), beta2), kit.scale(kit.run("Square", { x: gradient }), 1 - beta2));
    const correction = kit.divide(kit.run("Sqrt", { x: kit.subtract(one, power2) }), kit.subtract(one, power1));
    const step = kit.divide(first, kit.add(kit.run("Sqrt", { x: second }), epsilon));
    return [kit.subtract(old(call, 0), kit.multiply(step, kit.multiply(rate, correction))), first, second];
  }),
};

function old(call: PortableCall, index: number): EngineTensor {
  return variableOf(call, index).tensor();
}

/** New tensors for the instruction's variables, in order. */
function update(
  uses: readonly string[],
  compute: (kit: Kit, call: PortableCall) => readonly EngineTensor[],
): PortableKernel {
  return {
    uses,
    run: (kit, call) => {
      compute(kit, call).forEach((tensor, index) => {
        const variable = variableOf(call, index);
        variable.replace(kit.engine.share(tensor, variable.tensor().shape));
      });
      return [];
    },
  };
}
