/** A backbone as a value: calling it makes the chain of units. */
import type { Place } from "../../grammar/span.ts";
import type { Address, BackboneDeclaration, BackboneStatement, UnitStatement } from "../../grammar/syntax-tree.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { Definition } from "../1-resolve/resolved-project.ts";
import { unitNames } from "../1-resolve/unit-words.ts";
import {
  type AddressNode,
  type AddressStep,
  addUnit,
  createAddressNode,
  findAddress,
  printAddress,
} from "./address-tree.ts";
import { enter, parameterShapes } from "./declared-functions.ts";
import { type Evaluation, limits } from "./evaluation.ts";
import { expectBoolean, expectInteger, expectTensor } from "./expect.ts";
import { createFragmentBuilder } from "./fragment-builder.ts";
import { givenBy } from "./given.ts";
import type { Fragment, Unit } from "./model.ts";
import { loopItems, runBody, runLet } from "./run-body.ts";
import { fileScope, innerScope, placeIn, type Scope } from "./scope.ts";
import {
  type FunctionValue,
  type Given,
  printValue,
  sourceTensor,
  type TensorValue,
  unknown,
  type Value,
} from "./value.ts";

export function backboneValue(
  declaration: BackboneDeclaration,
  { file }: Definition,
  evaluation: Evaluation,
): FunctionValue {
  const name = declaration.name.text;
  return {
    kind: "function",
    family: "backbone",
    name,
    parameters: parameterShapes(declaration.parameters),
    invoke: (given, site) => {
      const { chain } = evaluation;
      if (chain === undefined || evaluation.backbone !== undefined) {
        evaluation.report(
          "wrong-declaration",
          { name, expected: "a block", found: "backbone" },
          { place: site, help: "a backbone is named by `backbone` in a model" },
        );
        return unknown;
      }
      const outer = fileScope(file);
      // Units are known by name before they are made, so that reading one too early is told as such.
      for (const unit of unitNames(declaration.body))
        outer.names.set(unit, { value: { kind: "address", node: createAddressNode(unit) } });
      const entered = enter(name, declaration.parameters, given, site, outer, evaluation);
      if (entered === undefined) return unknown;
      const building: Building = {
        units: [],
        addresses: createAddressNode(),
        tensor: chain,
        isComplete: true,
        isFull: false,
      };
      runStatements(declaration.body, entered.scope, [], building, evaluation);
      if (building.units.length === 0 && building.isComplete) {
        building.isComplete = false;
        evaluation.report("empty-backbone", { name }, { place: placeIn(entered.scope, declaration.name.span) });
      }
      const shown = declaration.parameters.flatMap((parameter) => {
        const argument = entered.bound.byName.get(parameter.name.text);
        return argument === undefined ? [] : [`${parameter.name.text} = ${printValue(argument.value)}`];
      });
      evaluation.backbone = {
        backbone: { name: shown.length === 0 ? name : `${name}(${shown.join(", ")})`, units: building.units },
        addresses: building.addresses,
        isComplete: building.isComplete,
      };
      return unknown;
    },
  };
}

interface Building {
  readonly units: Unit[];
  readonly addresses: AddressNode;
  /** What the next unit is given; undefined after a unit that failed. */
  tensor: { readonly type: TensorType; readonly place: Place } | undefined;
  isComplete: boolean;
  isFull: boolean;
}

function runStatements(
  statements: readonly BackboneStatement[],
  scope: Scope,
  prefix: readonly AddressStep[],
  building: Building,
  evaluation: Evaluation,
): void {
  for (const statement of statements) {
    if (building.isFull) return;
    evaluation.within(statement.span, scope, undefined, () =>
      runStatement(statement, scope, prefix, building, evaluation),
    );
  }
}

function runStatement(
  statement: BackboneStatement,
  scope: Scope,
  prefix: readonly AddressStep[],
  building: Building,
  evaluation: Evaluation,
): void {
  switch (statement.kind) {
    case "Let":
      return runLet(statement, scope, evaluation);
    case "Unit":
      return runUnit(statement, scope, prefix, building, evaluation);
    case "Group": {
      const steps = addressSteps(statement.address, scope, evaluation);
      if (steps === undefined) {
        building.isComplete = false;
        return;
      }
      return runStatements(statement.body, innerScope(scope), [...prefix, ...steps], building, evaluation);
    }
    case "For":
      for (const item of loopItems(statement.over, scope, evaluation) ?? []) {
        const inner = innerScope(scope);
        inner.names.set(statement.variable.text, { value: item, place: placeIn(scope, statement.variable.span) });
        runStatements(statement.body, inner, prefix, building, evaluation);
      }
      return;
    case "IfStatement": {
      const condition = expectBoolean(givenBy(statement.condition, scope, evaluation), "a condition", evaluation);
      if (condition === undefined) building.isComplete = false;
      else runStatements(condition ? statement.then : statement.else, innerScope(scope), prefix, building, evaluation);
    }
  }
}

function runUnit(
  statement: UnitStatement,
  scope: Scope,
  prefix: readonly AddressStep[],
  building: Building,
  evaluation: Evaluation,
): void {
  const own = addressSteps(statement.address, scope, evaluation);
  const place = placeIn(scope, statement.address.span);
  if (own === undefined) {
    building.isComplete = false;
    return;
  }
  if (building.units.length >= limits.units) {
    evaluation.report("too-large", { what: "units", limit: limits.units }, { place });
    building.isComplete = false;
    building.isFull = true;
    return;
  }
  const steps = [...prefix, ...own];
  const address = printAddress(steps);
  const earlier = findAddress(building.addresses, steps)?.unit;
  if (earlier !== undefined) {
    evaluation.report(
      "duplicate-unit",
      { address },
      { place, related: [{ place: earlier.place, text: "the first one" }] },
    );
    building.isComplete = false;
    return;
  }
  const { fragment, tensor } = evaluateUnit(statement, withUnits(scope, building.addresses), building, evaluation);
  const index = building.units.length + 1;
  if (tensor === undefined) building.isComplete = false;
  building.tensor = tensor && { type: tensor.type, place };
  building.units.push({ address, index, fragment, place });
  addUnit(building.addresses, steps, { index, type: tensor?.type, place });
}

function evaluateUnit(
  statement: UnitStatement,
  scope: Scope,
  building: Building,
  evaluation: Evaluation,
): { readonly fragment: Fragment; readonly tensor: TensorValue | undefined } {
  const builder = createFragmentBuilder();
  const place = placeIn(scope, statement.address.span);
  const chain: Value =
    building.tensor === undefined
      ? unknown
      : sourceTensor({ kind: "chain" }, building.tensor.type, building.tensor.place);
  evaluation.fragment = builder;
  let value: Value = unknown;
  if (statement.pipeline !== undefined) {
    value = evaluation.applyStage({ value: chain, place }, statement.pipeline, scope);
  } else {
    const inner = innerScope(scope);
    if (statement.input !== undefined)
      inner.names.set(statement.input.text, { value: chain, place: placeIn(scope, statement.input.span) });
    const returned = runBody(statement.body ?? [], inner, "unit", evaluation);
    if (returned === undefined)
      evaluation.report("missing-return", { name: "unit" }, { place, help: "end it with `return …`" });
    value = returned ?? unknown;
  }
  const result: Given = {
    value,
    place: statement.pipeline === undefined ? place : placeIn(scope, statement.pipeline.span),
  };
  const tensor = expectTensor(result, "a tensor from the unit", evaluation);
  evaluation.fragment = undefined;
  return { fragment: builder.finish(tensor), tensor };
}

/** Earlier units by name, so that a unit may read `stage[1]`; parameters and `let`s of the same name win. */
function withUnits(scope: Scope, addresses: AddressNode): Scope {
  const inner = innerScope(scope);
  for (const [name, node] of addresses.members) {
    let taken = false;
    for (let at: Scope | undefined = scope; at; at = at.outer)
      taken ||= (at.names.get(name)?.value.kind ?? "address") !== "address";
    if (!taken) inner.names.set(name, { value: { kind: "address", node } });
  }
  return inner;
}

/** Evaluates the numbers of an address; undefined where one is wrong. */
export function addressSteps(address: Address, scope: Scope, evaluation: Evaluation): AddressStep[] | undefined {
  const steps: AddressStep[] = [];
  for (const part of address.parts) {
    if (part.name.text === "") return undefined; // a syntax error, reported
    if (part.index === undefined) {
      steps.push({ name: part.name.text });
      continue;
    }
    const given = givenBy(part.index, scope, evaluation);
    const index = expectInteger(given, "an int in an address", evaluation);
    if (index === undefined) return undefined;
    if (index < 1) {
      evaluation.report(
        "argument-out-of-range",
        { message: `an address counts from 1, found ${index}` },
        { place: given.place },
      );
      return undefined;
    }
    steps.push({ name: part.name.text, index });
  }
  return steps;
}
