import type { Fragment, Unit } from "../../2-elaborate/model.ts";
import { countMacs, countParameters } from "../../3-scope/measure-fragment.ts";
import { isReadout } from "../../3-scope/own-weights.ts";
import type { Module, ScopedModel } from "../../3-scope/scoped-model.ts";
import { oncePerStructure } from "../../3-scope/structure.ts";
import { drawInside } from "./draw-inside.ts";
import { foldUnits } from "./fold-units.ts";
import { marksOf } from "./marks.ts";
import type { Inside, Item, Lane, LaneMemory, Loss, Track } from "./picture.ts";
import { readableCount, readableShape, shortenFractions } from "./readable-numbers.ts";
import { sideInputs } from "./side-inputs.ts";

export interface LaneDrawer {
  lane(module: Module, memory: LaneMemory): Lane;
  /** The graphs of operations that lanes refer to by position. */
  insides(): readonly Inside[];
}

export function createLaneDrawer(scoped: ScopedModel, losses: readonly Loss[]): LaneDrawer {
  const { model } = scoped;
  const insides: Inside[] = [];
  const known = new Map<string, number>();
  const cost = oncePerStructure((fragment) => ({
    parameters: countParameters(fragment),
    output: countMacs(fragment, fragment.output === undefined ? [] : [fragment.output]),
    losses: countMacs(
      fragment,
      fragment.losses.map(({ value }) => value),
    ),
  }));

  function insideOf(fragment: Fragment, numbers: readonly number[]): number {
    const inside = drawInside(fragment, model, numbers);
    const key = JSON.stringify(inside);
    const position = known.get(key) ?? insides.push(inside) - 1;
    known.set(key, position);
    return position;
  }

  function item(id: string, kind: Item["kind"], fragment: Fragment, given: Partial<Item> = {}): Item {
    const { parameters, output } = cost(fragment);
    const chain = fragment.inputs.find(({ source }) => source.kind === "chain" || source.kind === "module_output");
    return {
      id,
      kind,
      title: id,
      subtitle: parameters === 0 ? "no weights" : readableCount(parameters),
      owners: [id],
      parameters,
      macs: output,
      input: chain === undefined ? "" : readableShape(chain.type.shape),
      output: fragment.output === undefined ? "" : readableShape(typeOf(fragment, fragment.output)),
      trainedBy: losses.filter(({ trains }) => trains.includes(id)).map(({ number }) => number),
      sides: [],
      marks: marksOf(fragment),
      isReadout: false,
      inside: insideOf(fragment, []),
      ...given,
    };
  }

  function unitItem({ address, index, fragment }: Unit): Item {
    const trainers = scoped.losses.filter(({ module, firstUnit }) => module > 0 && firstUnit <= index);
    const firstUnit = Math.min(index, ...trainers.map((loss) => loss.firstUnit));
    return item(address, "unit", fragment, { sides: sideInputs(fragment, model, firstUnit) });
  }

  function headItem({ index, head }: Module): Item | undefined {
    if (head === undefined) return undefined;
    const { fragment, title, name } = head;
    const own = losses.filter(({ module }) => module === index).map(({ number }) => number);
    const first = scoped.losses.filter(({ module }) => module === index).map(({ firstUnit }) => firstUnit);
    const isRead = isReadout(index, scoped.modules.length, model.readout);
    return item(`head[${index}]`, "head", fragment, {
      title: name,
      subtitle: title.startsWith(`${name}(`) ? shortenFractions(title.slice(name.length + 1, -1)) : "",
      macs: isRead ? cost(fragment).output : cost(fragment).losses,
      sides: sideInputs(fragment, model, Math.min(...first)),
      isReadout: isRead,
      inside: insideOf(fragment, own),
    });
  }

  return {
    insides: () => insides,
    lane(module, memory) {
      const { index, units, context } = module;
      const items = units.map(unitItem);
      const head = headItem(module);
      const encoder =
        context === undefined ? undefined : item(`context[${index}]`, "context", context, { title: "context" });
      const lasting = [...items, ...(encoder ? [encoder] : []), ...(head?.isReadout ? [head] : [])];
      return {
        module: index,
        ...(encoder && { context: encoder }),
        items: foldUnits(units, items),
        ...(head && { head }),
        tracks: tracksOf(scoped, losses, index),
        input: readableShape(module.input.shape),
        output: readableShape(module.output.shape),
        units: units.length,
        parameters: sum(lasting.map(({ parameters }) => parameters)),
        macs: sum(lasting.map(({ macs }) => macs)),
        headParameters: head === undefined || head.isReadout ? 0 : head.parameters,
        memory,
      };
    },
  };
}

/** Own losses first, then those that come from later modules. */
function tracksOf({ owners }: ScopedModel, losses: readonly Loss[], module: number): Track[] {
  const moduleOf = new Map(owners.filter(({ kind }) => kind !== "shared").map(({ name, module: at }) => [name, at]));
  const reached = (loss: Loss) => loss.trains.map((owner) => moduleOf.get(owner) ?? loss.module);
  return losses
    .filter((loss) => loss.module === module || reached(loss).includes(module))
    .map((loss) => ({
      loss: loss.number,
      isOwn: loss.module === module,
      continues: reached(loss).some((at) => at < module),
    }))
    .sort((a, b) => Number(b.isOwn) - Number(a.isOwn) || a.loss - b.loss);
}

function typeOf({ inputs, nodes }: Fragment, edge: number): readonly number[] {
  return (inputs[edge] ?? nodes[edge - inputs.length])?.type.shape ?? [];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}
