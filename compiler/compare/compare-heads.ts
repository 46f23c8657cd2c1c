import { printWeight } from "../../runtime/program/loss-weight.ts";
import type { Fragment, Head, Model } from "../2-elaborate/model.ts";
import { countParameters } from "../3-scope/measure-fragment.ts";
import type { Module, ScopedLoss, ScopedModel } from "../3-scope/scoped-model.ts";
import { structureOf } from "../3-scope/structure.ts";
import { difference, moduleRanges, thousands } from "./wording.ts";

/** Which heads train the modules: another head, or the same with more layers. */
export function compareHeads(before: ScopedModel, after: ScopedModel): readonly string[] {
  if (before.modules.length !== after.modules.length) return compareAssignments(before.modules, after.modules);
  return foldModules(after.modules, ({ index, head }) => {
    const was = before.modules[index - 1]?.head;
    if (was === undefined || head === undefined) {
      return was === head ? undefined : `${was?.title ?? "off"} → ${head?.title ?? "off"}`;
    }
    if (was.title === head.title && structureOf(was.fragment) === structureOf(head.fragment)) return undefined;
    const title = was.title === head.title ? `${head.title} has other layers` : `${was.title} → ${head.title}`;
    return [title, ...sizeChanges(was, head)].join(", ");
  });
}

/** With another number of modules they have no counterparts: which head trains which. */
function compareAssignments(before: readonly Module[], after: readonly Module[]): readonly string[] {
  const ends = [before, after].map((modules) => modules.at(-1)?.head?.name ?? "off");
  const locals = [before, after].map((modules) => {
    const names = new Set(modules.slice(0, -1).map(({ head }) => head?.name ?? "off"));
    return names.size === 0 ? "none" : [...names].join(" and ");
  });
  return [
    ...(locals[0] === locals[1] ? [] : [`local modules: ${locals.join(" → ")}`]),
    ...(ends[0] === ends[1] ? [] : [`last module: ${ends.join(" → ")}`]),
  ];
}

function sizeChanges(was: Head, head: Head): readonly string[] {
  const layers = depthOf(head.fragment) - depthOf(was.fragment);
  const depths = `(${depthOf(was.fragment)} → ${depthOf(head.fragment)})`;
  const [from, to] = [countParameters(was.fragment), countParameters(head.fragment)];
  return [
    ...(layers === 0 ? [] : [`${difference(layers, "layer")} ${layers > 0 ? "deeper" : "shallower"} ${depths}`]),
    ...(from === to ? [] : [`parameters ${thousands(from)} → ${thousands(to)}`]),
  ];
}

/** Layers with kernels of their own on the longest way through a head; scales and offsets of normalisations are no layer. */
function depthOf({ inputs, nodes }: Fragment): number {
  const depths = inputs.map(() => 0);
  for (const node of nodes) {
    const above = Math.max(0, ...node.inputs.map((edge) => depths[edge] ?? 0));
    depths.push(above + (node.weights.some(({ specification }) => specification.shape.length > 1) ? 1 : 0));
  }
  return Math.max(0, ...depths);
}

/** Losses by name: new, gone, with another weight, or reaching further. Compared where the modules have counterparts. */
export function compareLosses(before: ScopedModel, after: ScopedModel): readonly string[] {
  if (before.modules.length !== after.modules.length) return [];
  return foldModules(after.modules, ({ index }) => {
    const [from, to] = [lossesOf(before, index), lossesOf(after, index)];
    const texts: string[] = [];
    for (const [name, loss] of to) {
      const was = from.get(name);
      if (was === undefined) texts.push(`new loss \`${name}\` with weight ${printWeight(loss.weight)}`);
      else texts.push(...lossChanges(name, was, loss));
    }
    for (const name of from.keys()) if (!to.has(name)) texts.push(`without loss \`${name}\``);
    return texts.length === 0 ? undefined : texts.join(", ");
  });
}

function lossChanges(name: string, was: ScopedLoss, loss: ScopedLoss): readonly string[] {
  const weights = [printWeight(was.weight), printWeight(loss.weight)];
  const reaches = [was, loss].map(({ reach: { modules, units } }) =>
    units > 0 ? `${units} units` : `${modules} ${modules === 1 ? "module" : "modules"}`,
  );
  return [
    ...(weights[0] === weights[1] ? [] : [`\`${name}\` weight ${weights.join(" → ")}`]),
    ...(reaches[0] === reaches[1] ? [] : [`\`${name}\` reaches ${reaches.join(" → ")}`]),
  ];
}

function lossesOf({ losses }: ScopedModel, index: number): ReadonlyMap<string, ScopedLoss> {
  const own = losses.filter(({ module }) => module === index);
  return new Map(own.map((loss) => [loss.name.replace(/^module\[\d+\]\./, ""), loss]));
}

export function compareContext(before: ScopedModel, after: ScopedModel): readonly string[] {
  if (before.modules.length !== after.modules.length) return [];
  return foldModules(after.modules, ({ index, context }) => {
    const was = before.modules[index - 1]?.context;
    if (was === undefined && context === undefined) return undefined;
    if (was === undefined || context === undefined)
      return context === undefined ? "no context any more" : "context is new";
    if (structureOf(was) === structureOf(context)) return undefined;
    return `another context, parameters ${thousands(countParameters(was))} → ${thousands(countParameters(context))}`;
  });
}

export function compareReadout(before: Model, after: Model): readonly string[] {
  const shown = ({ readout }: Model) => (readout.kind === "exit" ? `exit(${readout.module})` : readout.kind);
  return shown(before) === shown(after) ? [] : [`readout ${shown(before)} → ${shown(after)}`];
}

/** One text for all modules that have it: `modules 1 to 3: greedy → infopro`. */
function foldModules(modules: readonly Module[], textOf: (module: Module) => string | undefined): readonly string[] {
  const byText = new Map<string, number[]>();
  for (const module of modules) {
    const text = textOf(module);
    if (text !== undefined) byText.set(text, [...(byText.get(text) ?? []), module.index]);
  }
  return [...byText].map(([text, indices]) => `${moduleRanges(indices)}: ${text}`);
}
