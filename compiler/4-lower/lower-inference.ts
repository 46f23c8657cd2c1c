import { createProcedureBuilder } from "../../runtime/program/build.ts";
import type { Procedure } from "../../runtime/program/step-program.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { Edge } from "../2-elaborate/model.ts";
import type { Module, ScopedModel } from "../3-scope/scoped-model.ts";
import type { Value } from "../operations/operation.ts";
import { createForward, lossName } from "./forward.ts";

/**
 * `evaluate`: every loss and the logits of every prediction, with inference statistics. `predict`: the readout's logits
 * alone; heads other than the readout are not in it.
 */
export function lowerInference(
  scoped: ScopedModel,
  variables: ReadonlyMap<string, TensorType>,
  purpose: "evaluate" | "predict",
): Procedure {
  const builder = createProcedureBuilder(purpose, variables);
  const forward = createForward(scoped, builder, { mode: "evaluate", movesStatistics: false });
  for (const module of scoped.modules) {
    forward.units(module);
    const isReadout = module.index === scoped.modules.length;
    if (purpose === "evaluate") emitEvaluation(module);
    else if (isReadout) emitPrediction(module, "logits");
  }
  return builder.finish();

  function emitEvaluation(module: Module): void {
    if (module.head === undefined) return;
    const { losses, output } = module.head.fragment;
    const wanted: Edge[] = losses.map(({ value }) => value);
    if (output !== undefined) wanted.push(output);
    const values = forward.head(module, wanted);
    for (const loss of losses) give(lossName(module, loss), values.get(loss.value));
    if (output !== undefined) give(`module[${module.index}].${module.head.name}`, values.get(output));
  }

  function emitPrediction(module: Module, name: string): void {
    const output = module.head?.fragment.output;
    if (output !== undefined) give(name, forward.head(module, [output]).get(output));
  }

  function give(name: string, value: Value | undefined): void {
    builder.output(name, forward.tape.number(value as Value));
  }
}
