/** A file of about `lines` lines that repeats the tour's block, backbone, head, model and ablation under fresh names. */
export function sampleProgram(lines: number): string {
  const length = piece(0).split("\n").length - 1;
  const pieces = Array.from({ length: Math.ceil(lines / length) }, (_, index) => piece(index));
  return pieces.join("").split("\n").slice(0, -1).join("\n");
}

const piece = (n: number): string => `/// Basic residual block (He et al., 2016, section 3.3).
block basic_${n}(x, width: int, stride = 1) {
  let body = x |> conv(width, 3, stride = stride, bias = false) |> batch_norm |> relu
               |> conv(width, 3, bias = false) |> batch_norm
  tap residual = body
  let skip = if stride == 1 and x.channels == width { x }
             else { x |> conv(width, 1, stride = stride, bias = false) |> batch_norm }
  return relu(body + skip)
}

/// ResNet for 32 by 32 images, depth = 6n + 2.
backbone resnet_${n}(depth: int, widths = [16, 32, 64]) {
  let n = (depth - 2) / 6
  unit stem: conv(widths[1], 3, bias = false) |> batch_norm |> relu
  for s in 1..3 {
    group stage[s] {
      for b in 1..n { unit block[b]: basic_${n}(widths[s], stride = if s > 1 and b == 1 { 2 } else { 1 }) }
    }
  }
}

/// Keep what rebuilds the image, keep what tells the class.
head infopro_${n}(module, reconstruct = 5, classify = 1, contrast = false, hidden = 128) {
  let rebuilt = module.output |> resize(input.shape, method = "bilinear", align_corners = true)
                              |> conv(12, 3) |> batch_norm |> relu |> conv(3, 3)
  loss rebuild = binary_cross_entropy(rebuilt, pixels) weight reconstruct
  let out = module.output |> conv_head(if contrast { hidden } else { classes }, hidden = hidden)
  loss classes = if contrast { supervised_contrastive(normalize(out), label, temperature = 0.07) }
                 else { cross_entropy(out, label) } weight classify
}

/// InfoPro on ResNet-32 with four modules.
model resnet32_${n} {
  input    [32, 32, 3]
  classes  10
  backbone resnet_${n}(depth = 32)

  split into 4 by units

  heads {
    local: infopro_${n}(reconstruct = lerp(6, 1), classify = lerp(0, 2), contrast = true)
    last:  classifier
  }

  train {
    optimizer: sgd(momentum = 0.9, nesterov = true, weight_decay = 1e-4)
    rate:      cosine(peak = 0.8, warmup = 10, start = 0.01)
    batch:     1024
    epochs:    160
    augment:   [pad_crop(4, mode = "reflect"), flip]
    seed:      1
  }
}

ablate depth_${n} of resnet32_${n} {
  vary split:       into 1, into 2, into 4, into 8, into 16
  vary heads.local: infopro(), dgl(), feature_reconstruction()
  repeat seed:      1..3
  compare to        split = into 1
}

`;
