/** `llnet.ts graph|eager|portable START MODULES [SPLIT]`: our own training step. Cut otherwise than by units it starts from its own weights. */
import { compile } from "../../../compiler/index.ts";
import { createTrainer } from "../../../runtime/index.ts";
import { serve } from "../../serve.ts";
import { timed } from "../answer.ts";
import { type ModuleCount, networkText } from "../network.ts";
import { readStartPoint } from "../start-point.ts";

const [executor = "graph", folder = "", modules = "1", split] = process.argv.slice(2);
const { batch, values, images, labels } = readStartPoint(folder);
const text = networkText(Number(modules) as ModuleCount, batch, split);
const { program, diagnostics } = compile({ file: "resnet32.llnet", text });
if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));

const trainer = await createTrainer(program, { executor: executor as "graph" | "eager" | "portable" });
if (split === undefined) await trainer.setWeights(values);
await serve(async () => {
  const answer = await timed(async () => {
    const { totals } = await trainer.step({ input: images, label: labels });
    return Object.keys(totals).map((module) => totals[Number(module)] as number);
  });
  return { ...answer, memory: trainer.memory() };
});
trainer.dispose();
