/** Weights that follow others: `m ← decay · m + (1 − decay) · w`, from w before the step's update. */
import type { ProcedureBuilder } from "../../runtime/program/build.ts";
import type { ValueNumber } from "../../runtime/program/step-program.ts";
import type { ScopedModel } from "../3-scope/scoped-model.ts";

interface Average {
  readonly address: string;
  readonly of: string;
  readonly decay: number;
  readonly module: number;
}

export interface Averages {
  /** To be called in a module's forward pass: keeps the weights that averages of later modules follow. */
  keep(module: number): void;
  /** To be called before a weight is updated: keeps its value for the averages that still need it. */
  beforeUpdate(address: string): void;
  /** Moves the averages of a module; to be called after its backward pass. */
  move(module: number): void;
}

/** An average is read by its own module's forward and backward pass, so it moves after that, whenever its weight did. */
export function createAverages(scoped: ScopedModel, builder: ProcedureBuilder): Averages {
  const averages = listAverages(scoped);
  const followers = new Map<string, number>();
  for (const { of, module } of averages) followers.set(of, Math.max(followers.get(of) ?? 0, module));
  const kept = new Map<string, ValueNumber>();
  let movedUpTo = 0;

  const one = (primitive: string, operands: readonly ValueNumber[], attributes = {}, variables: string[] = []) =>
    builder.emit(primitive, operands, attributes, variables, "average")[0] as ValueNumber;
  const scale = (value: ValueNumber, factor: number): ValueNumber =>
    one("scale", [value], { factor: { value: factor, batchPower: 0 } });

  const keepWeight = (address: string) => kept.set(address, scale(one("read", [], {}, [address]), 1));

  return {
    keep(module) {
      // Before any derivative: what goes on to a later module is a weight as it was, and no part of an update.
      const own = scoped.modules[module - 1]?.units.map(({ address }) => address) ?? [];
      for (const { weights } of scoped.owners.filter((owner) => own.includes(owner.name))) {
        for (const { address } of weights) if ((followers.get(address) ?? 0) > module) keepWeight(address);
      }
    },
    beforeUpdate(address) {
      const last = followers.get(address);
      if (last !== undefined && last > movedUpTo && !kept.has(address)) keepWeight(address);
    },
    move(module) {
      movedUpTo = module;
      for (const { address, of, decay } of averages.filter((average) => average.module === module)) {
        const followed = kept.get(of) ?? one("read", [], {}, [of]);
        const old = scale(one("read", [], {}, [address]), decay);
        builder.emit("assign", [one("add", [old, scale(followed, 1 - decay)])], {}, [address], "average");
      }
    },
  };
}

function listAverages(scoped: ScopedModel): Average[] {
  return scoped.owners.flatMap(({ module, weights }) =>
    weights.flatMap(({ address, binding }) =>
      binding?.kind === "average" ? [{ address, of: binding.of, decay: binding.decay, module }] : [],
    ),
  );
}
