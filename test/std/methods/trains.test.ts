/** Heads and options no example shows: three steps on a small network are finite, and the planned peak is the tracked one. */
import { expect, test } from "vitest";
import { createTrainer } from "../../../runtime/index.ts";
import { compileText } from "../../support/train-text.ts";
import { withoutEngine } from "../../train/support/training.ts";

const small = "input [16, 16, 3]  classes 4  train { batch: 4  rate: 0.01 }";
const resnet = `${small}  backbone resnet_cifar(depth = 14, widths = [4, 8, 16])  split into 3 by units`;
const tokens = `${small}  backbone vit(width = 16, depth = 4, heads = 2, patch = 4)`;
const windows = `${small}  backbone swin(dims = [8, 16], depths = [1, 2], heads = [1, 2], window = 4, patch = 2)  split into 3`;

const models: Record<string, string> = {
  "DGL with dense layers": `${resnet} heads { local: dgl(then = mlp) }`,
  "DGL with convolutions": `${resnet} heads { local: dgl(then = cnn) }`,
  "MAN++ on InfoPro": `${resnet} heads { local: momentum_infopro(gated = true) }`,
  "MAN++ with the heavy head": `${resnet} heads { local: momentum(gated = true, then = heavy_head) }`,
  "MAN++ on a vision transformer": `${tokens}  split after block[2]  heads { local: momentum_tokens }`,
  "InfoPro for ImageNet": `${resnet} heads { 1: infopro_imagenet  2: local_classifier }`,
  "InfoPro-Transformer with InfoPro's decoder": `${windows} heads { local: infopro_transformer }`,
  "features of a vision transformer": `${tokens}  split after block[1], block[2]  heads { local: feature_reconstruction(standardize = true) }`,
  "features by convolution": `${windows} heads { local: feature_reconstruction(decoder = conv_decoder, first = "image") }`,
  "features by transposed convolution": `${windows} heads { local: feature_reconstruction(decoder = transposed_decoder, first = "input") }`,
  "PredSim's prediction alone": `${resnet} heads { local: predsim(similarity = 0)  last: predsim_output(weight = 1) }`,
  "PredSim's similarity alone": `${resnet} heads { local: predsim(similarity = 1)  last: predsim_output(weight = 1) }`,
  "a dictionary moved once per module, and read": `${resnet} heads { local: dcl(16, update = "each") }  readout: exit(2)`,
  "a long queue of contexts": `${resnet} context { 2..last: supply_recent(module, 4) } heads { local: local_classifier }`,
  "a window of three modules": `${resnet} heads { 1..2: off  last: windowed(window = 3, alone = 0.1) }`,
  "AugLocal with ContSup": `${resnet} context { 2..last: supply_image(module, input) } heads { local: sampled(depth = 3) }`,
  "MAN, transport and a link back": `${resnet} heads { each: linked }`,
};

const imports = `
  import { resnet_cifar, swin, vit } from "std/backbones"
  import { linear_logits } from "std/backlink"
  import { sampled } from "std/auglocal"
  import { supply_image, supply_recent } from "std/contsup"
  import { dcl } from "std/dcl"
  import { cnn, dgl, mlp } from "std/dgl"
  import { conv_decoder, feature_reconstruction, infopro_transformer, transposed_decoder } from "std/feature_reconstruction"
  import { local_classifier } from "std/heads"
  import { infopro_imagenet } from "std/infopro"
  import { heavy_head, look_ahead, momentum, momentum_infopro, momentum_tokens } from "std/man"
  import { windowed } from "std/mlaan"
  import { predsim, predsim_output } from "std/predsim"
  /// Parts of three papers in one head.
  head linked(module) {
    let x = if module.index < module.count { look_ahead(module) } else { module.output }
    loss classes = cross_entropy(linear_logits(x, classes), label) reach min(1, module.units[1].index - 1) units
    loss transport = sum([mean(square(residual)) for residual in module.taps("residual")]) weight 0.5
  }`;

test.skipIf(withoutEngine).for(Object.keys(models))("%s trains, and takes the planned memory", async (name) => {
  const text = `${imports}\n model net { ${models[name]} }`;
  const trainer = await createTrainer(compileText(text), { executor: "eager" });
  try {
    const batch = {
      input: Float32Array.from({ length: 4 * 16 * 16 * 3 }, (_, index) => Math.sin(1 + 1.7 * index)),
      label: Int32Array.from([0, 0, 1, 2]),
    };
    const before = await trainer.weights();
    for (let count = 0; count < 3; count++) {
      const { losses } = await trainer.step(batch);
      expect(Object.values(losses).every(Number.isFinite), JSON.stringify(losses)).toBe(true);
    }
    const moved = [...(await trainer.weights())].filter(([address, values]) =>
      values.some((value, index) => value !== before.get(address)?.[index]),
    );
    expect(moved.length).toBeGreaterThan(before.size / 2);
    const { planned, tracked } = trainer.memory();
    expect(tracked).toBe(planned);
  } finally {
    trainer.dispose();
  }
});
