/** `llnet.ts graph|eager START MODULES`: our own training step. */
import { compile } from "../../../compiler/index.ts";
import { createTrainer } from "../../../runtime/index.ts";
import { serve } from "../../serve.ts";
import { timed } from "../answer.ts";
import { type ModuleCount, networkText } from "../network.ts";
import { readStartPoint } from "../start-point.ts";

const [executor = "graph", folder = "", modules = "1"] = process.argv.slice(2);
const { batch, values, images, labels } = readStartPoint(folder);
const text = networkText(Number(modules) as ModuleCount, batch);
const { program, diagnostics } = compile({ file: "resnet32.llnet", text });
if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));

const trainer = await createTrainer(program, { executor: executor as "graph" | "eager" });
await trainer.setWeights(values);
await serve(() =>
  timed(async () => {
    const { totals } = await trainer.step({ input: images, label: labels });
    return Object.keys(totals).map((module) => totals[Number(module)] as number);
  }),
);
trainer.dispose();
