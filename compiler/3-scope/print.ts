import { printWeight } from "../../runtime/program/loss-weight.ts";
import { printType } from "../../runtime/program/tensor-type.ts";
import type { Reach } from "../2-elaborate/model.ts";
import type { IsolationMatrix, Module, ScopedModel } from "./scoped-model.ts";

/** The modules with their units and heads, every loss with its scope, and the isolation matrix. */
export function printScopedModel(scoped: ScopedModel): string {
  return [
    `model ${scoped.model.name}`,
    ...scoped.modules.map(printModule),
    "",
    ...scoped.losses.map(
      ({ name, weight, reach, trains }) =>
        `loss ${name}   weight ${printWeight(weight)}${printReach(reach)}   trains ${trains.length} weights`,
    ),
    "",
    ...printMatrix(scoped.isolation),
    "",
  ].join("\n");
}

function printModule({ index, units, head, input, output }: Module): string {
  const range = units.length === 1 ? units[0]?.address : `${units[0]?.address} … ${units.at(-1)?.address}`;
  return [
    `  module ${index}   ${range}   ${units.length} unit${units.length === 1 ? "" : "s"}`,
    `    ${printType(input)} → ${printType(output)}`,
    `    head ${head?.title ?? "off"}`,
  ].join("\n");
}

function printReach({ modules, units }: Reach): string {
  if (units > 0) return `   reach ${units} units`;
  return modules > 1 ? `   reach ${modules}` : "";
}

/** One row per loss, one column per owner: `●` where the loss trains it. */
export function printMatrix({ losses, owners, reaches }: IsolationMatrix): string[] {
  const width = Math.max(...losses.map(({ length }) => length), 0);
  return [
    ...owners.map((owner, column) => `${" ".repeat(width)} ${"│ ".repeat(column)}${owner}`),
    ...losses.map(
      (loss, row) =>
        `${loss.padEnd(width)} ${(reaches[row] ?? []).map((isReached) => (isReached ? "●" : "·")).join(" ")}`,
    ),
  ];
}
