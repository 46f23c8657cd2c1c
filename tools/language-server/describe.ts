/** Declarations, operations and units in words: what hover, completion and signature help show. */

import { kindWord } from "../../compiler/1-resolve/resolved-project.ts";
import { countMacs, countParameters, measureSaved } from "../../compiler/3-scope/measure-fragment.ts";
import type { ScopedModel } from "../../compiler/3-scope/scoped-model.ts";
import { unitOutput } from "../../compiler/3-scope/view-module.ts";
import { findOperation } from "../../compiler/operations/registry.ts";
import type { Declaration, Expression } from "../../grammar/index.ts";
import { printExpression } from "../../grammar/print.ts";
import { bytesAt, printShape } from "../../runtime/program/tensor-type.ts";
import { parametersOf } from "./view.ts";

export interface Signature {
  readonly label: string;
  readonly documentation: string;
  readonly parameters: readonly { readonly name: string; readonly label: string; readonly documentation: string }[];
}

export function signatureOf(declaration: Declaration): Signature | undefined {
  if (declaration.kind === "Import") return undefined;
  const parameters = parametersOf(declaration).map(({ name, type, default: value }) => ({
    name: name.text,
    label: `${name.text}${type ? `: ${type.text}` : ""}${value ? ` = ${short(value)}` : ""}`,
    documentation: "",
  }));
  const list = "parameters" in declaration ? `(${parameters.map(({ label }) => label).join(", ")})` : "";
  const value = declaration.kind === "Let" ? ` = ${short(declaration.value)}` : "";
  const label = `${kindWord(declaration)} ${declaration.name.text}${list}${value}`;
  return { label, documentation: declaration.documentation ?? "", parameters };
}

export function signatureOfOperation(name: string): Signature | undefined {
  const operation = findOperation(name);
  if (operation === undefined) return undefined;
  const parameters = [
    ...operation.tensors.map((tensor) => ({ name: tensor, label: tensor, documentation: "a tensor" })),
    ...operation.parameters.map(({ name: parameter, type, default: given, summary, options }) => {
      const value =
        given?.value === undefined || typeof given.value === "object" ? "" : ` = ${JSON.stringify(given.value)}`;
      const choices = options === undefined ? "" : `: ${options.map((option) => JSON.stringify(option)).join(", ")}`;
      return { name: parameter, label: `${parameter}: ${type}${value}`, documentation: summary + choices };
    }),
  ];
  return {
    label: `${operation.name}(${parameters.map(({ label }) => label).join(", ")})`,
    documentation: operation.summary,
    parameters,
  };
}

/** A default as it is written, unless it is long. */
function short(value: Expression): string {
  const text = printExpression(value);
  return text.length <= 40 ? text : "…";
}

type Unit = ScopedModel["model"]["backbone"]["units"][number];

export interface UnitFacts {
  readonly address: string;
  readonly module: number;
  readonly shape: string;
  /** Everything about it; measuring takes a while, so only when it is read. */
  readonly text: () => string;
}

/** What a person wants to know of the units of a model, in the order of the chain. */
export function unitFacts(scoped: ScopedModel): (index: number) => UnitFacts | undefined {
  const modules = scoped.modules.flatMap(({ index, units }) => units.map((unit) => ({ unit, module: index })));
  return (index) => {
    const found = modules[index - 1];
    if (found === undefined) return undefined;
    const { unit, module } = found;
    const { fragment, address } = unit;
    const output = fragment.output ?? 0;
    const type =
      output < fragment.inputs.length
        ? fragment.inputs[output]?.type
        : fragment.nodes[output - fragment.inputs.length]?.type;
    const shape = type === undefined ? "?" : printShape(type.shape);
    return { address, module, shape, text: () => textOf(unit, module, shape, scoped) };
  };
}

function textOf(unit: Unit, module: number, shape: string, scoped: ScopedModel): string {
  const { address, fragment } = unit;
  const trainers = scoped.losses.filter(({ trains }) => trains.some((weight) => weight.startsWith(`${address}.`)));
  const by = trainers.map(({ name }) => `\`${name}\``).join(", ");
  const wanted = fragment.output === undefined ? [] : [fragment.output];
  const macs = countMacs(fragment, wanted);
  return [
    `**\`${address}\`** → \`${shape}\``,
    `module ${module} of ${scoped.modules.length} · ${count(countParameters(fragment))} parameters · ${count(macs)} multiply-adds per sample`,
    `keeps ${bytes(keptBytes(unit, scoped))} per sample for its backward pass`,
    by === "" ? "no loss trains it" : `trained by ${by}`,
  ].join("  \n");
}

/** Of one sample, with the unit's input and its result where its backward pass needs them. */
function keptBytes({ fragment, index }: Unit, { model }: ScopedModel): number {
  const { batch, memory } = model.recipe;
  const wanted = fragment.output === undefined ? [] : [fragment.output];
  const { inside, keepsInput, keepsOutput } = measureSaved(fragment, wanted, batch, memory !== undefined);
  const beside = (is: boolean, unit: number): number => (is ? bytesAt(unitOutput(model, unit), batch) : 0);
  return (inside + beside(keepsInput, index - 1) + beside(keepsOutput, index)) / batch;
}

/** Decimal units: `115.3 MB`. */
function bytes(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} MB`;
  return value >= 1e3 ? `${(value / 1e3).toFixed(1)} kB` : `${Math.round(value)} B`;
}

export function count(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} G`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  return `${value}`;
}
