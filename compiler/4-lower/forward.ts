/** The forward pass of a scoped model, module by module: shared by training, evaluation and prediction. */
import type { ProcedureBuilder } from "../../runtime/program/build.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { Edge, Fragment, FragmentLoss, Source, Unit } from "../2-elaborate/model.ts";
import type { Module, ScopedModel } from "../3-scope/scoped-model.ts";
import type { Emitter, Value } from "../operations/operation.ts";
import { emitFragment } from "../tape/emit-fragment.ts";
import { createTape, type Tape } from "../tape/tape.ts";
import { countExecutions } from "./executions.ts";
import { emitPixels } from "./pixels.ts";

export interface Forward {
  readonly tape: Tape;
  /** Writes the units of a module. Modules must be written in order. */
  units(module: Module): void;
  /** Writes the head of a module as far as its wanted edges need, and returns their values. */
  head(module: Module, wanted: readonly Edge[]): ReadonlyMap<Edge, Value>;
}

export interface ForwardOptions {
  /** A module in training uses the batch's statistics and moves the running ones. */
  readonly modeOf: (module: Module) => Emitter["mode"];
}

export function createForward(scoped: ScopedModel, builder: ProcedureBuilder, options: ForwardOptions): Forward {
  const { model } = scoped;
  const tape = createTape(builder);
  const float = (shape: readonly number[]): TensorType => ({ dataType: "float32", shape: [-1, ...shape] });
  const executionsOf = countExecutions(scoped);
  const input = tape.constant(builder.input("input", float(model.inputShape), { kind: "input" }));
  const label = tape.constant(builder.input("label", { dataType: "int32", shape: [-1] }, { kind: "label" }));
  const { units: tapped, heads: headTaps } = listTapped(scoped);
  /** What each module was given, by module number. */
  const given = new Map<number, Value>();
  const written = new Map<number, ReadonlyMap<Edge, Value>>();
  /** What heads publish and later heads read, by module number and name. */
  const published = new Map<string, Value>();
  let pixels: Value | undefined;
  let seed: Value | undefined;

  const unitAt = (index: number): Unit => model.backbone.units[index - 1] as Unit;
  const edgeOf = (unit: number, edge: Edge | undefined): Value => written.get(unit)?.get(edge as Edge) as Value;
  const outputOf = (unit: number): Value => (unit === 0 ? input : edgeOf(unit, unitAt(unit).fragment.output));

  const firstUnit = (module: Module): number => (module.units[0] as Unit).index;

  function source(from: Source, unit: number, module: Module): Value {
    switch (from.kind) {
      case "input":
        return input;
      case "label":
        return label;
      case "pixels":
        pixels ??= emitPixels(tape, input, model.recipe.normalize);
        return pixels;
      case "chain":
        return unit === firstUnit(module) ? (given.get(module.index) as Value) : outputOf(unit - 1);
      case "unit":
        return outputOf(from.unit);
      case "tap":
        return edgeOf(from.unit, unitAt(from.unit).fragment.taps[from.name]);
      case "module_input":
        return tape.detach(given.get(from.module ?? module.index) as Value);
      case "head_tap":
        return tape.detach(published.get(`${from.module} ${from.name}`) as Value);
      case "module_output":
        return outputOf(unit);
    }
  }

  function stepSeed(): Value {
    seed ??= tape.constant(builder.input("seed", { dataType: "int32", shape: [2] }, { kind: "seed" }));
    return seed;
  }

  function write(fragment: Fragment, owner: string, unit: number, module: Module, wanted: readonly Edge[]) {
    tape.moveTo({ module: module.index, unit, owner });
    const mode = options.modeOf(module);
    return emitFragment(fragment, {
      tape,
      mode,
      executions: owner === headOwner(module) ? 1 : executionsOf(unit),
      owner,
      wanted,
      source: (from) => source(from, unit, module),
      seed: stepSeed,
      ...(mode === "train" && {
        assign: (address: string, value: Value) => void builder.emit("assign", [tape.number(value)], {}, [address]),
      }),
    });
  }

  /** What the module before returned, with the context added where there is one. */
  function writeInput(module: Module): Value {
    const before = outputOf(firstUnit(module) - 1);
    const edge = module.context?.output;
    if (module.context === undefined || edge === undefined) return before;
    const owner = contextOwner(module);
    builder.beginSection({ module: module.index, part: "forward", owner });
    const context = write(module.context, owner, firstUnit(module), module, [edge]).get(edge) as Value;
    return tape.emit("add", [before, context], {}, [], "context")[0] as Value;
  }

  return {
    tape,
    units(module) {
      given.set(module.index, writeInput(module));
      for (const unit of module.units) {
        builder.beginSection({ module: module.index, part: "forward", owner: unit.address });
        const { output, taps } = unit.fragment;
        const wanted = [output, ...(tapped.get(unit.index) ?? []).map((name) => taps[name])];
        const values = write(
          unit.fragment,
          unit.address,
          unit.index,
          module,
          wanted.filter((edge) => edge !== undefined),
        );
        written.set(unit.index, values);
      }
    },
    head(module, wanted) {
      if (module.head === undefined) return new Map();
      const owner = headOwner(module);
      builder.beginSection({ module: module.index, part: "head", owner });
      const { taps } = module.head.fragment;
      const read = headTaps.get(module.index) ?? [];
      const edges = [...wanted, ...read.map((name) => taps[name] as Edge)];
      const values = write(module.head.fragment, owner, (module.units.at(-1) as Unit).index, module, edges);
      for (const name of read) published.set(`${module.index} ${name}`, values.get(taps[name] as Edge) as Value);
      return values;
    },
  };
}

/** `head[2]`: the address of a module's head. */
export function headOwner({ index }: Module): string {
  return `head[${index}]`;
}

/** `context[2]`: the address of what is added to a module's input. */
function contextOwner({ index }: Module): string {
  return `context[${index}]`;
}

/** `module[2].rebuild` */
export function lossName(module: Module, loss: FragmentLoss): string {
  return `module[${module.index}].${loss.name}`;
}

/** Which taps of which unit, and of the head of which module, something reads. */
function listTapped(scoped: ScopedModel): Record<"units" | "heads", Map<number, string[]>> {
  const fragments = scoped.modules.flatMap(({ units, head, context }) => [
    ...(context === undefined ? [] : [context]),
    ...units.map(({ fragment }) => fragment),
    ...(head === undefined ? [] : [head.fragment]),
  ]);
  const units = new Map<number, string[]>();
  const heads = new Map<number, string[]>();
  const add = (names: Map<number, string[]>, key: number, name: string) =>
    names.set(key, [...new Set([...(names.get(key) ?? []), name])]);
  for (const { source } of fragments.flatMap(({ inputs }) => inputs)) {
    if (source.kind === "tap") add(units, source.unit, source.name);
    if (source.kind === "head_tap") add(heads, source.module, source.name);
  }
  return { units, heads };
}
