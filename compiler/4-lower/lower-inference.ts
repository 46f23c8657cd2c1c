import { createProcedureBuilder } from "../../runtime/program/build.ts";
import type { Procedure, ValueNumber } from "../../runtime/program/step-program.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import { isReadout } from "../3-scope/own-weights.ts";
import type { ScopedModel } from "../3-scope/scoped-model.ts";
import type { Value } from "../operations/operation.ts";
import type { Tape } from "../tape/tape.ts";
import { createForward, lossName } from "./forward.ts";

export interface LoweredInference {
  /** Every loss and the logits of every prediction, with inference statistics. */
  readonly evaluate: Procedure;
  /** The readout's logits alone; heads other than the readout are not in it. */
  readonly predict: Procedure;
}

export function lowerInference(scoped: ScopedModel, variables: ReadonlyMap<string, TensorType>): LoweredInference {
  const { builder, tape, read } = writeEvaluation(scoped, variables);
  const logits = tape.number(combine(tape, read));
  return {
    evaluate: builder.finish(),
    predict: builder.finishWithoutEffects("predict", [{ name: "logits", value: logits }]),
  };
}

/** `evaluate` of the first modules of a network whose others need not be there yet. */
export function lowerEvaluation(scoped: ScopedModel, variables: ReadonlyMap<string, TensorType>): Procedure {
  return writeEvaluation(scoped, variables).builder.finish();
}

function writeEvaluation(scoped: ScopedModel, variables: ReadonlyMap<string, TensorType>) {
  const builder = createProcedureBuilder("evaluate", variables);
  const forward = createForward(scoped, builder, { modeOf: () => "evaluate" });
  const read: Value[] = [];
  for (const module of scoped.modules) {
    forward.units(module);
    if (module.head === undefined) continue;
    const { losses, output } = module.head.fragment;
    const wanted = [...losses.map(({ value }) => value), ...(output === undefined ? [] : [output])];
    const values = forward.head(module, wanted);
    for (const loss of losses) builder.output(lossName(module, loss), numberOf(values.get(loss.value)));
    if (output === undefined) continue;
    builder.output(`module[${module.index}].${module.head.name}`, numberOf(values.get(output)));
    if (isReadout(module.index, scoped.modules.length, scoped.model.readout)) read.push(values.get(output) as Value);
  }
  return { builder, tape: forward.tape, read };

  function numberOf(value: Value | undefined): ValueNumber {
    return forward.tape.number(value as Value);
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
