/**
 * The cells of the trend runs: a name, a model of a file beside this one, and what is overridden in it. InfoPro has the weights
 * published for its contrastive form on CIFAR-10 (arXiv 2101.10832, released code); none are for the softmax form, which takes
 * the same. All were tuned by their authors for 160 epochs of the whole data; nothing is tuned here.
 */
const infoproWeights = {
  8: "reconstruct = lerp(5, 0), classify = lerp(0, 2)",
  16: "reconstruct = lerp(5, 0.2), classify = lerp(0.05, 0.5)",
};

export const cells = [
  ...[8, 16].flatMap((modules) => [
    resnet(`k${modules}-greedy`, modules, "greedy"),
    resnet(`k${modules}-dgl`, modules, "local_classifier"),
    resnet(`k${modules}-infopro-softmax`, modules, `infopro(${infoproWeights[modules]})`),
    resnet(`k${modules}-infopro-contrast`, modules, `infopro(${infoproWeights[modules]}, contrast = true)`),
  ]),
  // The same losses with one weight throughout, told apart from the head alone by rebuilding the image.
  resnet("k16-infopro-even", 16, "infopro(reconstruct = 1, classify = 1)"),
  resnet("k16-contsup", 16, "local_classifier", "trend_contsup"),
  swin("swin-classifiers", "tokens"),
  swin("swin-features", "feature_reconstruction"),
  swin("swin-image", "infopro_transformer(decoder = linear_decoder)"),
  { name: "k1-end-to-end", file: "resnet32.llnet", model: "trend_resnet32", set: { split: "into 1 by units" } },
];

function resnet(name, modules, head, model = "trend_resnet32") {
  return { name, file: "resnet32.llnet", model, set: { split: `into ${modules} by units`, "heads.local": head } };
}

function swin(name, head) {
  return { name, file: "swin.llnet", model: "trend_swin", set: { "heads.local": head } };
}
