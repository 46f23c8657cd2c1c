/**
 * The network all contenders train: ResNet-32 for 32 by 32 images with 1x1-convolution shortcuts (He et al., 2016, section 4.2,
 * option B), end to end or cut into four modules whose heads are 1c2f (InfoPro, ICLR 2021, arXiv 2101.10832).
 */
export interface Network {
  readonly modules: readonly NetworkModule[];
}

export interface NetworkModule {
  readonly units: readonly Unit[];
  /** A local head: a 3x3 convolution to `width` channels, then two dense layers. Absent: pool and one dense layer. */
  readonly head: {
    readonly address: string;
    readonly inputs: number;
    readonly convolution?: { readonly width: number; readonly stride: number };
  };
}

export interface Unit {
  readonly address: string;
  readonly kind: "stem" | "block";
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
}

export type ModuleCount = 1 | 4;

export const classes = 10;
export const imageShape = [32, 32, 3] as const;
export const rate = 0.05;
export const momentum = 0.9;
/** Outputs of the first dense layer of a local head. */
export const headFeatures = 128;

/** As `split into 4 by units` cuts: four units in each module, the stem being one. */
export function describeNetwork(modules: ModuleCount): Network {
  const units = resnetUnits();
  const size = units.length / modules;
  return {
    modules: Array.from({ length: modules }, (_, index) => {
      const own = units.slice(index * size, (index + 1) * size);
      const inputs = own.at(-1)?.outputs as number;
      const address = `head[${index + 1}]`;
      const convolution = { width: inputs < 64 ? 2 * inputs : 64, stride: inputs < 64 ? 2 : 1 };
      return { units: own, head: { address, inputs, ...(index < modules - 1 && { convolution }) } };
    }),
  };
}

function resnetUnits(): Unit[] {
  const widths = [16, 32, 64];
  const blocks = widths.flatMap((width, stage) =>
    Array.from({ length: 5 }, (_, block): Unit => {
      const narrows = stage > 0 && block === 0;
      const inputs = narrows ? (widths[stage - 1] as number) : width;
      const address = `stage[${stage + 1}].block[${block + 1}]`;
      return { address, kind: "block", inputs, outputs: width, stride: narrows ? 2 : 1 };
    }),
  );
  return [{ address: "stem", kind: "stem", inputs: 3, outputs: 16, stride: 1 }, ...blocks];
}

/** The same network in llnet; `split` is a clause such as `into 4 by units`. */
export function networkText(modules: ModuleCount, batch: number, split = "into 4 by units"): string {
  return `import { resnet_cifar } from "std/backbones"
import { classifier, conv_head } from "std/heads"

head local_1c2f(module) {
  let logits = module.output |> conv_head(classes, hidden = ${headFeatures})
  loss classes = cross_entropy(logits, label)
  return logits
}

model resnet32 {
  input    [${imageShape.join(", ")}]
  classes  ${classes}
  backbone resnet_cifar(depth = 32)
${modules === 1 ? "" : `  split    ${split}\n  heads {\n    local: local_1c2f\n    last:  classifier\n  }\n`}
  train {
    optimizer: sgd(momentum = ${momentum})
    rate:      constant(${rate})
    batch:     ${batch}
    epochs:    1
    seed:      1
  }
}
`;
}
