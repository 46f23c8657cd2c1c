/** Methods of the library trained one module after the other: what finished modules hand on may be several things. */
import { expect, test } from "vitest";
import { createTrainer, type Trainer } from "../../../runtime/train/trainer.ts";
import { makeBatch } from "../../runtime/support/batches.ts";
import { compileText } from "../../support/train-text.ts";
import { withoutEngine } from "../../train/support/training.ts";

const resnet = `backbone resnet_cifar(depth = 8, widths = [4, 8, 16])  split into 3 by units`;

/** By name: the model, and how many values a sample of the last phase is handed. */
const models: Record<string, readonly [text: string, handedOn: number]> = {
  InfoPro: [`${resnet}  heads { local: infopro }`, 1],
  "InfoPro with recomputation": [`${resnet}  heads { local: infopro }  train { memory: recompute }`, 1],
  "contexts from the image and all modules before": [
    `${resnet}  context { 2..last: supply_both(module, input) }  heads { local: local_classifier }`,
    2,
  ],
  "a static dictionary": [`${resnet}  heads { local: dcl(16, fixed = true) }`, 1],
};

function source(model: string): string {
  const recipe = "order: sequential  batch: 4  optimizer: sgd(momentum = 0.9)  rate: 0.05";
  const whole = model.includes("train {")
    ? model.replace("train {", `train { ${recipe} `)
    : `${model}  train { ${recipe} }`;
  return `
    import { resnet_cifar } from "std/backbones"
    import { supply_both } from "std/contsup"
    import { dcl } from "std/dcl"
    import { classifier, infopro, local_classifier } from "std/heads"
    model net { input [16, 16, 3]  classes 4  ${whole.replace("heads {", "heads { last: classifier ")} }`;
}

test.skipIf(withoutEngine).each(Object.entries(models))(
  "%s: a step fed what finished modules hand on is the step that computes it, in every phase",
  async (_, [model, handedOn]) => {
    const program = compileText(source(model));
    const trainers: Trainer[] = [
      await createTrainer(program, { executor: "eager" }),
      await createTrainer(program, { executor: "eager" }),
    ];
    const [whole, fed] = trainers as [Trainer, Trainer];
    for (const phase of [1, 2, 3]) {
      for (const trainer of trainers) trainer.setPhase(phase);
      for (let step = 0; step < 2; step += 1) {
        const batch = makeBatch(program, 4, step);
        const frozen = await fed.frozen(batch);
        const [found, expected] = [await fed.step({ ...batch, frozen }), await whole.step(batch)];
        expect(Object.keys(expected.losses).every((name) => name.startsWith(`module[${phase}].`))).toBe(true);
        for (const [name, loss] of Object.entries(expected.losses)) expect(found.losses[name]).toBeCloseTo(loss, 4);
      }
    }
    expect(fed.frozenElements()?.size).toBe(handedOn);
    for (const trainer of trainers) trainer.dispose();
  },
);
