import { createProcedureBuilder } from "../../runtime/program/build.ts";
import type { Procedure, ValueNumber } from "../../runtime/program/step-program.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { Module, ScopedLoss, ScopedModel } from "../3-scope/scoped-model.ts";
import type { Cotangent } from "../operations/gradient.ts";
import type { Value, WeightSpecification } from "../operations/operation.ts";
import { differentiate } from "../tape/differentiate.ts";
import { createAverages } from "./averages.ts";
import { createForward, headOwner, lossName } from "./forward.ts";
import { createUpdater } from "./update.ts";
import { optimizersOf } from "./variables.ts";

/** `train`, and `gradients`: the same step without updates, with the gradient of every weight some loss trains as output. */
export interface LoweredStep {
  readonly train: Procedure;
  gradients(): Procedure;
}

/**
 * One training step: module after module forward, then backward from the module's losses to the first unit each reaches.
 * A weight is updated as soon as its gradient is complete, so gradients never pile up. A module that is not trained runs
 * forward only, with inference statistics.
 */
export function lowerStep(
  scoped: ScopedModel,
  variables: ReadonlyMap<string, TensorType>,
  isTrained: (module: Module) => boolean = () => true,
): LoweredStep {
  const builder = createProcedureBuilder("train", variables);
  const modeOf = (module: Module) => (isTrained(module) ? "train" : "evaluate");
  const forward = createForward(scoped, builder, { modeOf });
  const { tape } = forward;
  const averages = createAverages(scoped, builder);
  const updater = createUpdater(builder, scoped.model.recipe.optimizer);
  const groups = listGroups(scoped);
  const passes = listPasses(scoped);
  const pending = countPasses([...passes.values()].flat());
  const untouched = listUntouched(scoped, pending);
  const immediate = listImmediate(scoped);
  const severalOptimizers = listSeveralOptimizers(scoped);
  const gradients = new Map<string, ValueNumber>();
  const losses: { name: string; value: ValueNumber }[] = [];

  for (const module of scoped.modules) {
    forward.units(module);
    averages.keep(module.index);
    if (!isTrained(module)) {
      forward.head(module, []); // what a later head may read of it
      continue;
    }
    const placed = module.head?.fragment.losses ?? [];
    const values = forward.head(
      module,
      placed.map(({ value }) => value),
    );
    const named = new Map(placed.map((loss) => [lossName(module, loss), values.get(loss.value) as Value]));
    for (const [name, value] of named) losses.push({ name, value: tape.number(value) });
    for (const pass of passes.get(module.index) ?? []) writePass(pass, named, module);
    builder.beginSection({ module: module.index, part: "update", owner: headOwner(module) });
    for (const address of untouched.get(module.index) ?? []) {
      gradients.set(address, fill(address, 0));
      update(address, undefined, module.index);
    }
    averages.move(module.index);
  }
  for (const { name, value } of losses) builder.output(name, value);
  const reached = [...gradients].map(([name, value]) => ({ name, value }));
  return {
    train: builder.finish(),
    gradients: () => builder.finishWithoutEffects("gradients", [...losses, ...reached]),
  };

  function writePass(pass: Pass, values: ReadonlyMap<string, Value>, module: Module): void {
    differentiate({
      tape,
      builder,
      firstUnit: pass.firstUnit,
      seeds: pass.losses.map((loss) => ({ value: values.get(loss.name) as Value, cotangent: seedOf(loss) })),
      onEntry: ({ owner }) => builder.beginSection({ module: module.index, part: "backward", owner }),
      onGradient: (address, gradient) => collect(address, asTensor(address, gradient), module.index),
    });
  }

  /** A weight that changes over epochs is fed; even while it is 0 its backward pass runs, since it need not stay 0. */
  function seedOf({ name, weight }: ScopedLoss): Cotangent {
    if (typeof weight === "number") return { kind: "uniform", scalar: { value: weight, batchPower: 0 } };
    const type = { dataType: "float32", shape: [] } as const;
    return {
      kind: "tensor",
      value: tape.constant(builder.input(`${name} weight`, type, { kind: "loss_weight", loss: name })),
    };
  }

  /** Gradients of several passes add up; the last one updates the weight, or every one where it is updated by each. */
  function collect(address: string, gradient: ValueNumber, module: number): void {
    const before = gradients.get(address);
    const sum = before === undefined ? gradient : (builder.emit("add", [before, gradient])[0] as ValueNumber);
    gradients.delete(address); // listed in the order in which they are complete, as weights are updated
    gradients.set(address, sum);
    const left = (pending.get(address) ?? 1) - 1;
    pending.set(address, left);
    if (immediate.has(address)) update(address, gradient, module);
    else if (left === 0) update(address, sum, module);
  }

  function update(address: string, gradient: ValueNumber | undefined, module: number): void {
    averages.beforeUpdate(address);
    const optimizer = severalOptimizers.has(address) ? module : undefined;
    updater.update({ address, gradient, group: groups.get(address) ?? "weight", optimizer });
  }

  function asTensor(address: string, gradient: Cotangent): ValueNumber {
    if (gradient.kind !== "tensor") return fill(address, gradient.scalar.value);
    const value = tape.number(gradient.value);
    if (!builder.showsVariable(value)) return value;
    // The gradient of w²/2 is w: a copy of it, since w is about to move.
    return builder.emit("scale", [value], { factor: { value: 1, batchPower: 0 } })[0] as ValueNumber;
  }

  function fill(address: string, value: number): ValueNumber {
    const shape = variables.get(address)?.shape ?? [];
    return builder.emit("fill", [], { shape, value: { value, batchPower: 0 } })[0] as ValueNumber;
  }
}

/** One backward pass: the losses of a module that reach equally far. */
interface Pass {
  readonly firstUnit: number;
  readonly losses: readonly ScopedLoss[];
}

/** The passes of each module. Losses of weight 0 need none. */
function listPasses(scoped: ScopedModel): Map<number, Pass[]> {
  const passes = new Map<number, { firstUnit: number; losses: ScopedLoss[] }[]>();
  for (const loss of scoped.losses.filter(({ weight }) => weight !== 0)) {
    const ofModule = passes.get(loss.module) ?? [];
    passes.set(loss.module, ofModule);
    const pass = ofModule.find(({ firstUnit }) => firstUnit === loss.firstUnit);
    if (pass === undefined) ofModule.push({ firstUnit: loss.firstUnit, losses: [loss] });
    else pass.losses.push(loss);
  }
  return passes;
}

/** How many passes give each weight a part of its gradient. */
function countPasses(passes: readonly Pass[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { losses } of passes) {
    for (const address of new Set(losses.flatMap(({ trains }) => trains))) {
      counts.set(address, (counts.get(address) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * Weights all of whose losses have weight 0, by the last module that could train them: their gradient is exactly zero,
 * not absent, so they still decay and their momentum still moves.
 */
function listUntouched(scoped: ScopedModel, pending: ReadonlyMap<string, number>): Map<number, string[]> {
  const lastModule = new Map<string, number>();
  for (const { module, trains } of scoped.losses) {
    for (const address of trains) if (!pending.has(address)) lastModule.set(address, module);
  }
  const untouched = new Map<number, string[]>();
  for (const [address, module] of lastModule) untouched.set(module, [...(untouched.get(module) ?? []), address]);
  return untouched;
}

/** Shared weights that are updated by every pass for itself, `update = "each"`. */
function listImmediate(scoped: ScopedModel): ReadonlySet<string> {
  return new Set(
    scoped.owners
      .flatMap(({ weights }) => weights)
      .filter(({ binding }) => binding?.kind === "shared" && binding.update === "each")
      .map(({ address }) => address),
  );
}

/** Of these, the ones every module has an optimizer of its own for. */
function listSeveralOptimizers(scoped: ScopedModel): ReadonlySet<string> {
  const weights = scoped.owners.flatMap((owner) => owner.weights);
  return new Set(weights.filter((weight) => optimizersOf(scoped, weight) !== undefined).map(({ address }) => address));
}

function listGroups(scoped: ScopedModel): Map<string, WeightSpecification["group"]> {
  return new Map(
    scoped.owners.flatMap(({ weights }) =>
      weights.map(({ address, specification }) => [address, specification.group] as const),
    ),
  );
}
