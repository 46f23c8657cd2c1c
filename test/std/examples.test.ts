import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { resolve } from "../../compiler/1-resolve/resolve.ts";
import { createFileHost } from "../../compiler/source/file-host.ts";
import { parse } from "../../grammar/index.ts";
import { expectModel } from "../compiler/elaborate/elaborate-text.ts";

test.each(
  readdirSync(fileURLToPath(new URL("../../std", import.meta.url)))
    .filter((file) => file.endsWith(".llnet"))
    .map((file) => file.replace(".llnet", "")),
)("std/%s has no finding of its own and documents every definition", (name) => {
  const host = createFileHost();
  const source = host.read(`std/${name}.llnet`);
  const { tree, errors } = parse("text" in source ? source.text : "", `std/${name}.llnet`);
  expect([...errors, ...resolve(tree, host).diagnostics]).toEqual([]);
  const undocumented = tree.declarations.filter(
    (declaration) => declaration.kind !== "Import" && !("documentation" in declaration && declaration.documentation),
  );
  expect(undocumented).toEqual([]);
});

test("the language's first example is the InfoPro recipe, cut into four", () => {
  const model = expectModel(`
    import { resnet_cifar }        from "std/backbones"
    import { infopro, classifier } from "std/heads"
    import { infopro_cifar }       from "std/recipes"
    model resnet32_infopro {
      input    [32, 32, 3]
      classes  10
      backbone resnet_cifar(depth = 32)
      split into 4 by units
      heads {
        local: infopro(reconstruct = lerp(6, 1), classify = lerp(0, 2), contrast = true)
        last:  classifier
      }
      train infopro_cifar
    }`);
  expect(model.backbone.units).toHaveLength(16);
  expect(model.split).toMatchObject({ kind: "into", count: 4, measure: "units" });
  expect(model.recipe).toMatchObject({
    optimizer: { kind: "sgd", momentum: 0.9, nesterov: true, weightDecay: 1e-4, decayMode: "coupled", noDecay: [] },
    rate: { kind: "cosine", peak: 0.8, warmup: 10, start: 0.01, per: "epoch" },
    batch: 1024,
    epochs: 160,
    augment: [{ kind: "pad_crop", padding: 4, mode: "reflect" }, { kind: "flip" }],
    seed: 1,
  });
});
