/** `chain.ts graph|eager OPERATION COUNT`: a step of COUNT operations one after the other on 4 × 56 × 56 = 12,544 tokens of 192. */
import { compile } from "../../../compiler/index.ts";
import { createTrainer } from "../../../runtime/index.ts";
import { serve } from "../../serve.ts";
import { timed } from "../../step/answer.ts";
import { noiseFor } from "../noise.ts";

const [executor = "graph", operation = "gelu", count = "2"] = process.argv.slice(2);
const text = `
backbone chain(count: int) {
  unit first(x) { return x |> conv(192, 1) }
  unit all(x) { return x |> for i in 1..count { ${operation} } }
}
head end(module) {
  let logits = module.output |> pool_all |> dense(classes)
  loss classes = cross_entropy(logits, label)
  return logits
}
model chained {
  input [56, 56, 3]  classes 10
  backbone chain(${count})
  heads { last: end }
  train { batch: 4  optimizer: sgd()  rate: constant(0.001) }
}
`;
const { program, diagnostics } = compile({ file: "chain.llnet", text });
if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
const trainer = await createTrainer(program, { executor: executor as "graph" | "eager" });
const batch = noiseFor(program);
await serve(() => timed(async () => Object.values((await trainer.step(batch)).totals)));
trainer.dispose();
