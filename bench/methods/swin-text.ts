/** Swin-T at 96 pixels in llnet: end to end, or cut after stages with the local heads given. */
export interface SwinVariant {
  /** 1: end to end. 2: stages 1 and 2, 3 and 4. 4: a stage each. */
  readonly modules: 1 | 2 | 4;
  /** A head as it is called: `infopro_transformer(decoder = conv_decoder)`. */
  readonly head?: string;
  /** As `memory` is written. */
  readonly memory?: string;
}

export interface SwinSize {
  readonly batch: number;
  /** Arguments of `swin`: the whole Swin-T with windows of 6, which divide 24 and 12 pixels, unless given. */
  readonly backbone?: string;
}

const cuts = { 1: "", 2: "stage[2]", 4: "stage[1], stage[2], stage[3]" };

export function swinText({ modules, head, memory }: SwinVariant, { batch, backbone = "window = 6" }: SwinSize): string {
  return `import { swin } from "std/backbones"
import {
  conv_decoder, feature_reconstruction, infopro_transformer, linear_decoder, token_classifier, transposed_decoder
} from "std/feature_reconstruction"

/// Cross-entropy alone, over as many modules as there are, at most \`window\`.
head tokens(module, window = 1) {
  let logits = token_classifier(module.output, classes)
  loss classes = cross_entropy(logits, label) reach min(window, module.index)
  return logits
}

model swin_memory {
  input    [96, 96, 3]
  classes  10
  backbone swin(${backbone})
${modules === 1 ? "" : `  split    after ${cuts[modules]}\n  heads {\n    local: ${head}\n    last:  ${head?.startsWith("tokens") ? head : "tokens"}\n  }\n`}
  train {
    optimizer: adamw(weight_decay = 0.05, no_decay = ["bias", "norm"])
    rate:      constant(0.001)
    batch:     ${batch}
    epochs:    1${memory === undefined ? "" : `\n    memory:    ${memory}`}
  }
}
`;
}
