/** `recompute-step.ts graph|eager START MODULES [MEMORY]`: our own training step with `memory` set to MEMORY. */
import { compile } from "../../compiler/index.ts";
import { createTrainer } from "../../runtime/index.ts";
import { serve } from "../serve.ts";
import { timed } from "../step/answer.ts";
import { type ModuleCount, networkText } from "../step/network.ts";
import { readStartPoint } from "../step/start-point.ts";

const [executor = "graph", folder = "", modules = "1", memory] = process.argv.slice(2);
const { batch, values, images, labels } = readStartPoint(folder);
const text = networkText(Number(modules) as ModuleCount, batch);
const set: Record<string, string> = memory === undefined ? {} : { "train.memory": memory };
const { program, diagnostics } = compile({ file: "resnet32.llnet", text, set });
if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));

const trainer = await createTrainer(program, { executor: executor as "graph" | "eager" });
await trainer.setWeights(values);
await serve(async () => {
  const answer = await timed(async () => {
    const { totals } = await trainer.step({ input: images, label: labels });
    return Object.keys(totals).map((module) => totals[Number(module)] as number);
  });
  return { ...answer, memory: trainer.memory() };
});
trainer.dispose();
