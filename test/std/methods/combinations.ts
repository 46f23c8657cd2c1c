/** Heads and options that no example shows, and parts of several papers in one model. */

const small = "input [16, 16, 3]  classes 4  train { batch: 4  rate: 0.01 }";
const resnet = `${small}  backbone resnet_cifar(depth = 14, widths = [4, 8, 16])  split into 3 by units`;
const deeper = `${small}  backbone resnet_cifar(depth = 20, widths = [4, 8, 16])  split into 5 by units`;
const tokens = `${small}  backbone vit(width = 16, depth = 4, heads = 2, patch = 4)`;
const windows = `${small}  backbone swin(dims = [8, 16], depths = [1, 2], heads = [1, 2], window = 4, patch = 2)  split into 3`;
const plain = `${small}  backbone plain_cnn([[4], [8, 8], [8, 8, 8]])  split into 6 by units`;
const rows = `${small}  backbone mlp([16, 12, 8, 8])  split into 4 by units`;

/** The items of a model, without its recipe's less usual fields: those replace `train`. */
export const combinations: Readonly<Record<string, string>> = {
  "DGL with dense layers": `${resnet} heads { local: dgl(then = mlp_sr) }`,
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
  "ContSup's contexts under MLAAN's windows": `${deeper} context { 2..last: supply_both(module, input) }
    heads { 1: off  2: mlaan(leap(backbone, [[2, 1], [3, 1], [3, 3]]))  3: mlaan(leap(backbone, [[3, 1], [3, 3]]))
            4: mlaan(leap(backbone, [[3, 2], [3, 3]]))  last: windowed }`,
  "MLAAN's leaps by rule": `${deeper} heads { 1: off  2..last - 1: mlaan(leap_ahead(backbone, module))  last: windowed }`,
  "MLAAN's windows of three": `${deeper} heads { 1..2: off  3: mlaan(leap(backbone, [[3, 1], [3, 3]]), window = 3)
    4: mlaan(leap(backbone, [[3, 2], [3, 3]]), window = 3)  last: windowed(window = 3, alone = 0.001) }`,
  "InfoPro's heads on Swin, with the image": `${windows} context { 3: supply_image(module, input) }
    heads { local: infopro(lerp(5, 1), lerp(0.5, 1), contrast = true) }`,
  "AugLocal's rule behind MAN's average": `${deeper} heads { local: sampled_ahead }`,
  "AugLocal's rule on a vision transformer": `${tokens}  split after block[1], block[2]  heads { local: sampled(layer = token_layer, layers = 5) }`,
  "transport on a vision transformer": `${tokens}  split into 3 by units  heads { each: transported(tau = 10) }`,
  "InfoPro's losses and transport in one head": `${deeper} heads { local: kept_and_moved  last: transported }`,
  "HPFF, MAN++ and a last window of three": `${plain} heads { 1: momentum(gated = true)  2..3: hpff  4..5: momentum
    last: windowed(window = 3, alone = 0.2) }  readout: exit(4)`,
  "a dictionary with contexts and an ensemble": `${deeper} context { 2..4: supply_both(module, input, 2) }
    heads { local: dcl(16)  last: classifier }  readout: ensemble`,
  "features, averages and links of dense layers": `${rows} context { 3: module.previous.input |> dense(12) |> relu }
    heads { 1: feature_reconstruction(first = "input")  2: momentum(gated = true, then = linear_logits)
            3: backlink(then = linear_logits) }`,
};

export const imports = `
  import { mlp, plain_cnn, resnet_cifar, swin, vit } from "std/backbones"
  import { backlink, linear_logits } from "std/backlink"
  import { transformer_block } from "std/blocks"
  import { picked_layers, sampled } from "std/auglocal"
  import { supply_both, supply_image, supply_recent } from "std/contsup"
  import { dcl } from "std/dcl"
  import { cnn, dgl, mlp_sr } from "std/dgl"
  import { conv_decoder, feature_reconstruction, infopro_transformer, transposed_decoder } from "std/feature_reconstruction"
  import { classifier, infopro, local_classifier } from "std/heads"
  import { hpff } from "std/hpff"
  import { infopro_imagenet } from "std/infopro"
  import { heavy_head, look_ahead, momentum, momentum_infopro, momentum_tokens } from "std/man"
  import { leap, leap_ahead, mlaan, windowed } from "std/mlaan"
  import { predsim, predsim_output } from "std/predsim"
  import { transported } from "std/trgl"
  /// Parts of three papers in one head.
  head linked(module) {
    let x = if module.index < module.count { look_ahead(module) } else { module.output }
    loss classes = cross_entropy(linear_logits(x, classes), label) reach min(1, module.units[1].index - 1) units
    loss transport = sum([mean(square(residual)) for residual in module.taps("residual")]) weight 0.5
  }
  /// Layers like those behind the next module's first, behind what that first one makes of this module's output.
  head sampled_ahead(module) {
    let start = module.next.units[1]
    let ahead = [backbone.units[i] for i in (start.index + 1)..length(backbone.units)]
    let logits = look_ahead(module) |> picked_layers(start, ahead, 2) |> linear_logits(classes)
    loss classes = cross_entropy(logits, label)
  }
  block token_layer(x, width: int, stride = 1) { return x |> transformer_block(2) }
  /// Two of the library's heads in one.
  head kept_and_moved(module) {
    let kept = infopro(module, 1, 0.5)
    return transported(module)
  }`;
