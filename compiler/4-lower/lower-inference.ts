import { createProcedureBuilder } from "../../runtime/program/build.ts";
import type { Procedure } from "../../runtime/program/step-program.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { Edge } from "../2-elaborate/model.ts";
import type { Module, ScopedModel } from "../3-scope/scoped-model.ts";
import type { Value } from "../operations/operation.ts";
import { isReadout } from "../3-scope/own-weights.ts";
import type { Tape } from "../tape/tape.ts";
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
  const read: Value[] = [];
  const forward = createForward(scoped, builder, { mode: "evaluate", movesStatistics: false });
  for (const module of scoped.modules) {
    forward.units(module);
    if (purpose === "evaluate") emitEvaluation(module);
    else if (isReadout(module.index, scoped.modules.length, scoped.model.readout)) readHead(module);
  }
  if (purpose === "predict") give("logits", combine(forward.tape, read));
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

  function readHead(module: Module): void {
    const output = module.head?.fragment.output;
    if (output !== undefined) read.push(forward.head(module, [output]).get(output) as Value);
  }

  function give(name: string, value: Value | undefined): void {
    builder.output(name, forward.tape.number(value as Value));
  }
}

/**
 * The logits inference gives. Of several heads: the logarithm of the mean of their probabilities, so that a softmax of it
 * is that mean.
 */
function combine(tape: Tape, logits: readonly Value[]): Value {
  const [first, ...rest] = logits as [Value, ...Value[]];
  if (rest.length === 0) return first;
  const one = (primitive: string, operands: readonly Value[], attributes = {}): Value =>
    tape.emit(primitive, operands, attributes, [], "ensemble")[0] as Value;
  const sum = rest.reduce((total, next) => one("add", [total, one("softmax", [next])]), one("softmax", [first]));
  return one("log", [one("scale", [sum], { factor: { value: 1 / logits.length, batchPower: 0 } })]);
}
