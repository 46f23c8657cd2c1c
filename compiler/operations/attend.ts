/** Multi-head attention of tokens among themselves: what `attention` and `window_attention` share. */
import { booleanArgument, initializerArgument, numberArgument } from "./arguments.ts";
import { linear } from "./compositions.ts";
import { one, product, reshaped, scaled } from "./emission.ts";
import type { Emitter, OperationCall, OperationParameter, Value, WeightSpecification } from "./operation.ts";
import { boolParameter, initializerParameter, intParameter } from "./parameters.ts";
import { outOfRange } from "./problems.ts";
import { bias, transformerInitializer, weight, zeros } from "./weights.ts";

export const attentionParameters: readonly OperationParameter[] = [
  intParameter("heads", "Into how many heads the channels are divided", 1),
  boolParameter("bias", "Whether queries, keys and values get an additive term", true),
  initializerParameter("init", "What the kernels start from; left out, truncated_normal(0, 0.02)"),
];

export function headsProblem(call: OperationCall, channels: number) {
  const heads = numberArgument(call, "heads");
  if (channels % heads === 0) return undefined;
  return outOfRange("heads", `${heads} heads do not divide ${channels} channels`);
}

/** `qkv` makes queries, keys and values in one product, in this order; `projection` mixes the heads. */
export function attentionWeights(call: OperationCall, channels: number): readonly WeightSpecification[] {
  const initializer = initializerArgument(call, "init", transformerInitializer);
  return [
    weight("qkv_kernel", [channels, 3 * channels], initializer),
    ...(booleanArgument(call, "bias") ? [bias("qkv_bias", [3 * channels], zeros)] : []),
    weight("projection_kernel", [channels, channels], initializer),
    bias("projection_bias", [channels], zeros),
  ];
}

/**
 * softmax(q · kᵀ / √d + …) · v per head of d channels, then the projection (Vaswani et al., arXiv 1706.03762); x [groups, tokens,
 * channels], attention inside each group. `addTo` may add to the scores [groups, heads, tokens, tokens].
 */
export function attend(
  call: OperationCall,
  emitter: Emitter,
  x: Value,
  addTo: (scores: Value) => Value = (scores) => scores,
): Value {
  const [groups, tokens, channels] = emitter.typeOf(x).shape as readonly [number, number, number];
  const heads = numberArgument(call, "heads");
  const depth = channels / heads;
  const qkvBias = booleanArgument(call, "bias") ? emitter.weight("qkv_bias") : undefined;
  const qkv = reshaped(emitter, linear(emitter, x, emitter.weight("qkv_kernel"), qkvBias), [
    groups,
    tokens,
    3,
    heads,
    depth,
  ]);
  const perHead = one(emitter, "transpose", [qkv], { permutation: [2, 0, 3, 1, 4] });
  const [q, k, v] = emitter
    .emit("split_in_three", [perHead], { axis: 0 })
    .map((part) => reshaped(emitter, part, [groups, heads, tokens, depth])) as [Value, Value, Value];
  const scores = product(emitter, scaled(emitter, q, 1 / Math.sqrt(depth)), k, false, true);
  const mixed = product(emitter, one(emitter, "softmax", [addTo(scores)]), v);
  const joined = one(emitter, "transpose", [mixed], { permutation: [0, 2, 1, 3] });
  const result = reshaped(emitter, joined, [groups, tokens, channels]);
  return linear(emitter, result, emitter.weight("projection_kernel"), emitter.weight("projection_bias"));
}
