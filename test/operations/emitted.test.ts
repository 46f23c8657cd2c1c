import { expect, test } from "vitest";
import { emitTypeScript } from "../../compiler/5-emit/index.ts";
import { runEmitted, typeProblems } from "../compiler/emit/support/emitted.ts";
import { compileText } from "../support/train-text.ts";

const text = `
  block swin(x, heads: int, window: int, shift: int) {
    let mixed = x + (x |> layer_norm |> window_attention(heads, window = window, shift = shift) |> drop_path(0.2))
    let tokens = mixed |> reshape([x.height * x.width, x.channels])
    let grown = tokens + (tokens |> layer_norm |> dense(4 * x.channels) |> gelu |> dense(x.channels) |> dropout(0.1))
    return grown |> reshape([x.height, x.width, x.channels])
  }
  backbone net() {
    unit embed: conv(8, 2, stride = 2, padding = 0) |> depthwise_conv |> layer_norm
    unit first: swin(2, 2, 1)
    unit up: conv_transpose(8) |> conv(8, 3, groups = 4) |> resize([5, 5], align_corners = false)
    unit down: adaptive_avg_pool(2) |> roll([1, 0]) |> group_norm(2)
    unit second: swin(2, 2, 0)
    unit last: space_to_depth |> pool_all
  }
  head task(module) {
    let gate = parameter([])
    let dictionary = parameter([3, 8], init = normal(0, 1))
    let features = module.output |> pool_all |> dense(8)
    loss classes = cross_entropy((features |> dense(3)) * gate + dictionary_similarity(features, dictionary), label)
    loss alike = similarity_matching(module.output, label, 3)
  }
  model net {
    input [8, 8, 3]  classes 3  backbone net()
    split after first
    heads { local: task  last: task }
    train { optimizer: adamw()  rate: constant(0.001)  batch: 2 }
  }`;

test("TypeScript emitted for the new primitives is well typed and makes the same program", () => {
  const program = compileText(text);
  const emitted = emitTypeScript({ program, sourceFile: "network.llnet", version: "0.0.0" })[0]?.text ?? "";
  expect(typeProblems(new Map([["emitted.ts", emitted]]))).toEqual([]);
  expect(runEmitted(emitted).program).toEqual(program);
});
