import { fc } from "../../support/fast-check.ts";

/** Functions of an image that keep its shape, as they are written in llnet. */
const layers = [
  "relu",
  "batch_norm",
  "tanh",
  "sigmoid",
  "gelu",
  "leaky_relu",
  "layer_norm",
  "dropout(0.2)",
  "conv(4, 3)",
  "conv(4, 3, bias = false)",
  "resize([6, 6])",
] as const;

/** A small network as text: units of random layers, some residual, whole or cut in two, the second half training the first or not. */
export const randomNetwork: fc.Arbitrary<string> = fc
  .record({
    units: fc.array(
      fc.record({
        layers: fc.array(fc.constantFrom(...layers), { minLength: 1, maxLength: 5 }),
        isResidual: fc.boolean(),
      }),
      { minLength: 2, maxLength: 4 },
    ),
    cut: fc.constantFrom("whole", "cut", "reaching"),
  })
  .map(({ units, cut }) => {
    const bodies = units.map(({ layers: own, isResidual }, index) => {
      const chain = ["x", ...own, "conv(4, 3, bias = false)", "batch_norm", "relu"].join(" |> ");
      return `unit layer[${index + 1}](x) { return ${isResidual ? `x + (${chain})` : chain} }`;
    });
    return `
      import { classifier } from "std/heads"
      head far(module) {
        let logits = module.output |> pool_all |> dense(classes)
        loss classes = cross_entropy(logits, label) reach 2
        return logits
      }
      backbone random() {
        unit stem(x) { return x |> conv(4, 3) |> relu }
        ${bodies.join("\n        ")}
      }
      model net {
        input [6, 6, 3]  classes 3  backbone random()
        ${cut === "whole" ? "" : "split into 2 by units"}
        heads { ${cut === "whole" ? "" : "local: classifier  "}last: ${cut === "reaching" ? "far" : "classifier"} }
        train { optimizer: sgd(momentum = 0.9)  rate: 0.05  batch: 4  }
      }`;
  });
