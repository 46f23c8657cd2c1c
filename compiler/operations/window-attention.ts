import { printShape } from "../../runtime/program/tensor-type.ts";
import { initializerArgument, numberArgument } from "./arguments.ts";
import { attend, attentionParameters, attentionWeights, headsProblem } from "./attend.ts";
import { one, reshaped, scaled } from "./emission.ts";
import type { Emitter, Operation, OperationCall, Value } from "./operation.ts";
import { intParameter } from "./parameters.ts";
import { inferred, outOfRange, problem, rankProblem, shapeOf } from "./problems.ts";
import { bias, transformerInitializer } from "./weights.ts";
import { cutIntoWindows, joinWindows } from "./window-partition.ts";

/**
 * Attention inside the windows of an image [batch, height, width, channels], with a learned term per relative position and
 * head; with a shift, windows move by it and what came around the edge is masked by −100 (Swin, Liu et al., arXiv 2103.14030,
 * section 3.2). A window at least as large as the image's shorter side becomes that side, unshifted.
 */
export const windowAttention: Operation = {
  name: "window_attention",
  summary: "Multi-head self-attention inside the windows of an image",
  tensors: ["x"],
  parameters: [
    attentionParameters[0] as (typeof attentionParameters)[number],
    intParameter("window", "Height and width of a window", 1, 7),
    intParameter("shift", "By how many pixels the windows are moved, below their size", 0, 0),
    ...attentionParameters.slice(1),
  ],
  infer: (call) => {
    const rank = rankProblem("window_attention", call, 0, [4]);
    if (rank) return rank;
    const [, height, width, channels] = shapeOf(call) as readonly [number, number, number, number];
    const { window } = placement(call);
    if (height % window !== 0 || width % window !== 0) {
      const message = `windows of ${window} × ${window} do not tile ${printShape(shapeOf(call))}`;
      return problem("shape-mismatch", message, 0, "choose a window that divides height and width");
    }
    if (numberArgument(call, "shift") >= numberArgument(call, "window")) {
      return outOfRange("shift", `\`shift\` must be below \`window\`, found ${numberArgument(call, "shift")}`);
    }
    const table = [(2 * window - 1) ** 2, numberArgument(call, "heads")];
    return (
      headsProblem(call, channels) ??
      inferred(shapeOf(call), [
        ...attentionWeights(call, channels),
        // Additive, like a bias: weight decay leaves it alone where it leaves biases alone.
        bias("positions", table, initializerArgument(call, "init", transformerInitializer)),
      ])
    );
  },
  emit: (call, emitter) => {
    const [, height, width] = shapeOf(call) as readonly [number, number, number];
    const { window, shift } = placement(call);
    const image = moved(emitter, emitter.tensors[0] as number, -shift);
    const mixed = attend(call, emitter, cutIntoWindows(emitter, image, window), (scores) =>
      withPlaces(call, emitter, scores),
    );
    return moved(emitter, joinWindows(emitter, mixed, [height, width]), shift);
  },
};

function placement(call: OperationCall): { readonly window: number; readonly shift: number } {
  const [, height, width] = shapeOf(call) as readonly [number, number, number];
  const [window, side] = [numberArgument(call, "window"), Math.min(height, width)];
  return window >= side ? { window: side, shift: 0 } : { window, shift: numberArgument(call, "shift") };
}

function moved(emitter: Emitter, image: Value, by: number): Value {
  return by === 0 ? image : one(emitter, "roll", [image], { axes: [1, 2], amounts: [by, by] });
}

/** Adds the term of every relative position, and the mask, to the scores [windows · batch, heads, tokens, tokens]. */
function withPlaces(call: OperationCall, emitter: Emitter, scores: Value): Value {
  const { window, shift } = placement(call);
  const [groups, heads, tokens] = emitter.typeOf(scores).shape as readonly [number, number, number];
  const pairs = one(emitter, "relative_positions", [emitter.weight("positions")], { window });
  const perHead = one(emitter, "transpose", [pairs], { permutation: [1, 0] });
  const places = reshaped(emitter, perHead, [heads, tokens, tokens]);
  if (shift === 0) return one(emitter, "add", [scores, places]);

  const [batch, height, width] = shapeOf(call) as readonly [number, number, number];
  const regions = one(emitter, "window_regions", [], { size: [height, width], window, shift });
  const windows = groups / batch;
  const alike = one(emitter, "equal", [
    reshaped(emitter, regions, [windows, 1, tokens, 1]),
    reshaped(emitter, regions, [windows, 1, 1, tokens]),
  ]);
  const kept = one(emitter, "cast", [alike], { dataType: "float32" });
  const mask = scaled(emitter, one(emitter, "shift", [kept], { amount: -1 }), 100);
  const terms = one(emitter, "add", [mask, places]);
  const perSample = reshaped(emitter, scores, [batch, windows, heads, tokens, tokens]);
  return reshaped(emitter, one(emitter, "add", [perSample, terms]), [groups, heads, tokens, tokens]);
}
