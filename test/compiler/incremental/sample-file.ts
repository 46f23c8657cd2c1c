/** A file with something of everything, small enough to be compiled thousands of times; some lints find something in it. */
export const sampleFile = `// What everybody needs.
import { mlp, simple } from "std/backbones"
import { greedy, classifier } from "std/heads"

/// Widths of the layers.
let widths = [16, 12, 8]

fn half(x) = x / 2

/// A dense layer.
block layer(x, width: int, activation = relu) {
  let y = x |> dense(width, bias = true) |> batch_norm
  return activation(y)
}

block unused(x) { return x |> relu |> relu }

backbone small(widths = [16, 8]) {
  unit stem: dense(half(32))
  for i in 1..length(widths) {
    unit body[i]: layer(widths[i])
  }
}

// llnet-ignore unused-declaration: kept for later
head twice(module, hidden = 4) {
  let logits = module.output |> dense(hidden) |> relu |> dense(classes)
  loss classes = cross_entropy(logits, label) weight 0.5
  return logits
}

head own(module, again = true) {
  let logits = module.output |> dense(classes)
  loss classes = cross_entropy(logits, label)
  return logits
}

recipe quick {
  optimizer: adam(weight_decay = 0.1)
  rate:      cosine(peak = 0.01, warmup = 1)
  batch:     32
  epochs:    3
}

/// The first model.
model first {
  input    [64]
  classes  10
  backbone small()
  split after stem, body[1]
  heads {
    local: own
    last:  classifier
  }
  train quick { seed: 1 }
}

model second {
  input    [64]
  classes  10
  backbone mlp(widths = widths)
  split into 2 by units
  heads { local: greedy(hidden = [8]) }
  train {
    optimizer: sgd(momentum = 0.9, nesterov = true)
    rate: steps(initial = 0.1, at = [2, 9])
    batch: 16
    epochs: 4
    data: "digits"
  }
}

ablate cuts of first {
  vary split: into 1, into 2
  vary train.batch: 16, 32
  repeat seed: 1..2
  compare to split = into 1
}
`;
