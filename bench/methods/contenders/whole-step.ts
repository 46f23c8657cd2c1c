/** `whole-step.ts graph|eager|parts FILE MODEL BATCH`: a step of a model in a file; with `parts` also how long each instruction took. */
import { compile } from "../../../compiler/index.ts";
import { createTrainer } from "../../../runtime/index.ts";
import { projectPath } from "../../contender.ts";
import { serve } from "../../serve.ts";
import { timed } from "../../step/answer.ts";
import { noiseFor } from "../noise.ts";

const [kind = "graph", file = "", model = "", size = "64"] = process.argv.slice(2);
const { program, diagnostics } = compile({ file: projectPath(file), model, set: { "train.batch": Number(size) } });
if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));

const parts: number[] = [];
const trainer = await createTrainer(program, {
  executor: kind === "graph" ? "graph" : "eager",
  ...(kind === "parts" && { onInstruction: (_, index, milliseconds) => (parts[index] = milliseconds) }),
});
const batch = noiseFor(program);
await serve(async () => {
  const answer = await timed(async () => Object.values((await trainer.step(batch)).totals));
  return { ...answer, parts: [...parts] };
});
trainer.dispose();
