/** Every loss of windows and links alone, its gradients against finite differences over all weights that it trains. */
import { expect, test } from "vitest";
import { compile, probeLosses } from "../../../compiler/index.ts";
import { createTrainer } from "../../../runtime/index.ts";
import { withoutEngine } from "../../train/support/training.ts";

const heads = {
  "windows of two": "1: off  2..last - 1: mlaan([f[6]], window = 2)  last: windowed(alone = 0.3)",
  "windows of three": "1..2: off  3..last - 1: mlaan([f[6]], window = 3)  last: windowed(window = 3, alone = 0.3)",
  "links of two and three units":
    "local: backlink(then = linear_logits)  2..last: backlink(back = 2, then = linear_logits)",
};

const batch = {
  input: Float32Array.from({ length: 4 * 6 }, (_, index) => Math.sin(1 + 1.7 * index)),
  label: Int32Array.from([0, 0, 1, 2]),
};
const shift = 1e-2;

test.skipIf(withoutEngine).for(Object.entries(heads))("%s", async ([, lines]) => {
  const { scoped } = compile({
    file: "net.llnet",
    text: `
      import { backlink, linear_logits } from "std/backlink"
      import { mlaan, windowed } from "std/mlaan"
      backbone net() { for i in 1..6 { unit f[i](x) { return x + tanh(dense(tanh(dense(x, 6)), 6)) } } }
      model m { input [6]  classes 3  backbone net  split into 5  heads { ${lines} }  train { batch: 4 } }`,
  });
  if (scoped === undefined) throw new Error("does not compile");
  for (const { loss, program } of probeLosses(scoped)) {
    const trainer = await createTrainer(program, { executor: "eager", seed: 5 });
    try {
      const weights = await trainer.weights();
      const lossAt = async (address: string, index: number, by: number): Promise<number> => {
        const moved = Float32Array.from(weights.get(address) ?? []);
        moved[index] = (moved[index] ?? Number.NaN) + by;
        await trainer.setWeights(new Map([...weights, [address, moved]]));
        return (await trainer.evaluate(batch)).losses[loss] ?? Number.NaN;
      };
      for (const [address, gradient] of await trainer.gradients(batch)) {
        for (const index of [0, Math.floor(gradient.length / 2), gradient.length - 1]) {
          const slope = ((await lossAt(address, index, shift)) - (await lossAt(address, index, -shift))) / (2 * shift);
          const error = Math.abs(slope - (gradient[index] ?? Number.NaN)) / Math.max(0.05, Math.abs(slope));
          expect(error, `${loss} by ${address}[${index}]`).toBeLessThan(2e-3);
        }
      }
    } finally {
      trainer.dispose();
    }
  }
});
