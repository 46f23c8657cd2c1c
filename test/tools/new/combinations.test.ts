import { expect, test } from "vitest";
import { formatText } from "../../../compiler/format/index.ts";
import { libraryDeclarations } from "../../../compiler/index.ts";
import { datasets, lintFile } from "../../../compiler/lint/index.ts";
import { fitModel } from "../../../tools/new/fit-model.ts";
import { type BackboneChoice, type MethodChoice, modelChoices } from "../../../tools/new/model-choices.ts";

const library = libraryDeclarations();
const choices = modelChoices(library);
const { backbones, methods, contexts } = choices;
/** One size of every backbone. */
const families = [...new Map([...backbones].reverse().map((each) => [each.declaration, each])).values()].reverse();
const fewFamilies = families.filter(({ name }) => ["resnet20", "vgg8b", "mlp", "vit", "swin"].includes(name));

/** `yes`, or the code of the error for which `llnet new` refuses, or of the warning that it writes and reports. */
function verdict(
  method: MethodChoice,
  backbone: BackboneChoice,
  { data = "cifar10", modules, context }: { data?: string; modules?: number; context?: string } = {},
): string {
  const facts = datasets.find(({ name }) => name === data);
  if (facts === undefined) throw new Error(`no dataset ${data}`);
  const chosen = {
    name: "net",
    backbone,
    method,
    modules: modules ?? method.only?.modules ?? (method.name === "end_to_end" ? 1 : 3),
    data: { ...facts, specification: data },
    batch: 128,
    epochs: 60,
    ...(context !== undefined && { context: { name: context, needsImage: context !== "supply_recent" } }),
  };
  const { text, findings } = fitModel(chosen, choices, { format: formatText, lint: lintFile });
  expect(formatText(text, "net.llnet").text).toBe(text);
  const [first] = findings;
  if (first === undefined) return "yes";
  return first.severity === "error" ? first.code : `${first.code} (warning)`;
}

function methodOf(name: string): MethodChoice {
  const found = methods.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no method ${name}`);
  return found;
}

test("every backbone of std/backbones is offered, and every head that trains local modules with defaults alone", () => {
  const declared = library.filter(({ kind, file }) => kind === "backbone" && file === "std/backbones");
  expect(families.map(({ declaration }) => declaration)).toEqual(declared.map(({ name }) => name));
  const heads = library.filter(({ kind }) => kind === "head").map(({ name }) => name);
  const notOffered = heads.filter((name) => !methods.some((method) => method.name === name));
  expect(notOffered).toMatchInlineSnapshot(`
    [
      "forward_forward",
      "forward_forward_readout",
      "forward_forward_by_goodness",
      "classifier",
      "infopro_imagenet",
      "windowed",
      "predsim_output",
    ]
  `);
});

test("what goes with what, in three modules: methods by one backbone of each kind", () => {
  const rows = methods.map((method) => {
    const network =
      method.only === undefined ? fewFamilies : backbones.filter(({ name }) => name === method.only?.backbone);
    return [method.name, ...network.map((backbone) => `${backbone.name}: ${verdict(method, backbone)}`)].join("\n  ");
  });
  expect(rows.join("\n")).toMatchInlineSnapshot(`
    "end_to_end
      resnet20: yes
      vgg8b: yes
      mlp: yes
      vit: yes
      swin: yes
    sampled
      resnet20: yes
      vgg8b: LL3004
      mlp: LL3004
      vit: LL3004
      swin: yes
    backlink
      resnet20: yes
      vgg8b: LL3002
      mlp: LL3002
      vit: LL3002
      swin: yes
    dcl
      resnet20: yes
      vgg8b: yes
      mlp: yes
      vit: yes
      swin: LL3001
    dgl
      resnet20: yes
      vgg8b: LL3004
      mlp: LL3004
      vit: LL3004
      swin: yes
    feature_reconstruction
      resnet20: yes
      vgg8b: yes
      mlp: LL4506 (warning)
      vit: yes
      swin: yes
    infopro_transformer
      resnet20: yes
      vgg8b: yes
      mlp: LL3002
      vit: yes
      swin: yes
    greedy
      resnet20: yes
      vgg8b: yes
      mlp: yes
      vit: yes
      swin: yes
    local_classifier
      resnet20: yes
      vgg8b: yes
      mlp: LL3002
      vit: LL3002
      swin: yes
    infopro
      resnet20: yes
      vgg8b: yes
      mlp: LL3002
      vit: LL3002
      swin: yes
    hpff
      resnet20: yes
      vgg8b: LL3004
      mlp: LL3004
      vit: LL3004
      swin: LL2019
    momentum
      resnet20: yes
      vgg8b: LL3002
      mlp: LL3002
      vit: LL3002
      swin: yes
    momentum_infopro
      resnet20: LL4502 (warning)
      vgg8b: LL3002
      mlp: LL3002
      vit: LL3002
      swin: yes
    momentum_tokens
      resnet20: LL3003
      vgg8b: LL2021
      mlp: LL3004
      vit: yes
      swin: LL3003
    mlaan
      resnet32: yes
    predsim
      resnet20: yes
      vgg8b: yes
      mlp: LL4506 (warning)
      vit: LL3004
      swin: yes
    transported
      resnet20: yes
      vgg8b: LL5025
      mlp: LL5025
      vit: yes
      swin: yes"
  `);
});

test("every backbone goes with the plainest method that reads what it gives, on images it is made for", () => {
  const plainest = (backbone: BackboneChoice) =>
    methodOf(backbone.name === "vit" ? "feature_reconstruction" : "greedy");
  const refused = families.filter((backbone) => verdict(plainest(backbone), backbone) !== "yes");
  expect(refused.map(({ name }) => name)).toEqual([]);
});

test("every size of a backbone compiles end to end", () => {
  const refused = backbones.filter((backbone) => verdict(methodOf("end_to_end"), backbone) !== "yes");
  expect(refused.map(({ name }) => name)).toEqual([]);
});

test("every dataset goes with a residual network and with a perceptron", () => {
  const networks = backbones.filter(({ name }) => name === "resnet20" || name === "mlp_batch_norm");
  for (const { name: data } of datasets) {
    for (const backbone of networks)
      expect([data, verdict(methodOf("greedy"), backbone, { data })]).toEqual([data, "yes"]);
  }
});

test("every context compiles with a residual network and plain convolutions; that it may cost the saving is said", () => {
  const networks = backbones.filter(({ name }) => name === "resnet20" || name === "plain_cnn");
  expect(contexts.length).toBeGreaterThan(2);
  for (const { name: context } of contexts) {
    for (const backbone of networks) {
      // Encoders work at the image's size: in three modules they can keep as much as the cuts save, which the linter says.
      expect(["yes", "LL4506 (warning)"]).toContain(verdict(methodOf("greedy"), backbone, { context }));
    }
  }
});

test("two modules and eight are written without a complaint of the linter", () => {
  const resnet = backbones.find(({ name }) => name === "resnet32");
  if (resnet === undefined) throw new Error("no resnet32");
  for (const modules of [2, 8]) {
    for (const name of ["infopro", "greedy", "local_classifier"]) {
      expect([name, modules, verdict(methodOf(name), resnet, { modules })]).toEqual([name, modules, "yes"]);
    }
  }
});
