/** ResNet-110 with a head behind every unit but the last: the largest network of the InfoPro paper, cut as finely as it can be. */
export const resnet110Text = `import { resnet_cifar }        from "std/backbones"
import { classifier, infopro } from "std/heads"

model resnet110_infopro {
  input    [32, 32, 3]
  classes  10
  backbone resnet_cifar(depth = 110)

  split into 55 by units

  heads {
    local: infopro(reconstruct = lerp(6, 1), classify = lerp(0, 2), contrast = true)
    last:  classifier
  }

  train {
    optimizer: sgd(momentum = 0.9, nesterov = true, weight_decay = 1e-4)
    rate:      cosine(peak = 0.8, warmup = 10, start = 0.01)
    batch:     1024
    epochs:    160
    seed:      1
  }
}
`;

/** A chain of dense layers of as many different widths: few functions do for all, but every layer's weights are written out. */
export function unequalText(layers: number): string {
  return `backbone unequal(layers: int) {
  for i in 1..layers { unit layer[i]: dense(8 + i) |> relu }
}

model unequal {
  input    [64]
  classes  10
  backbone unequal(layers = ${layers})

  train {
    optimizer: sgd(momentum = 0.9)
    rate:      constant(0.1)
    batch:     64
    epochs:    1
    seed:      1
  }
}
`;
}

/** Units of six operations each, no two with the same ones in the same order: every unit is written out as functions of its own. */
export function distinctText(units: number): string {
  const operations = ["relu", "sigmoid", "tanh", "gelu", "layer_norm"];
  const chains = Array.from({ length: units }, (_, unit) =>
    [0, 1, 2, 3, 4].map((digit) => operations[Math.floor(unit / operations.length ** digit) % operations.length]),
  );
  return `backbone distinct() {
${chains.map((chain, unit) => `  unit layer[${unit + 1}]: dense(16) |> ${chain.join(" |> ")}\n`).join("")}}

model distinct {
  input    [16]
  classes  10
  backbone distinct()

  train {
    optimizer: sgd(momentum = 0.9)
    rate:      constant(0.1)
    batch:     64
    epochs:    1
    seed:      1
  }
}
`;
}
