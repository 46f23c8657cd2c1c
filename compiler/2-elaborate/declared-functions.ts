/** What `fn`, `block`, `head` and lambdas are as values: functions that evaluate their body in the file they stand in. */
import type { Place } from "../../grammar/span.ts";
import type {
  BlockDeclaration,
  FunctionDeclaration,
  HeadDeclaration,
  Lambda,
  Parameter,
} from "../../grammar/syntax-tree.ts";
import type { Definition } from "../1-resolve/resolved-project.ts";
import { type Bound, bind } from "./bind.ts";
import type { Evaluation } from "./evaluation.ts";
import { expectTensor } from "./expect.ts";
import { runBody } from "./run-body.ts";
import { fileScope, innerScope, placeIn, type Scope } from "./scope.ts";
import { type FunctionValue, type Given, integer, type ParameterShape, printValue, unknown } from "./value.ts";

export function functionValue(
  declaration: FunctionDeclaration,
  { file }: Definition,
  evaluation: Evaluation,
): FunctionValue {
  return declared("fn", declaration, (given, site) => {
    const scope = enter(declaration.name.text, declaration.parameters, given, site, fileScope(file), evaluation)?.scope;
    return scope === undefined ? unknown : evaluation.evaluate(declaration.body, scope);
  });
}

export function blockValue(declaration: BlockDeclaration, { file }: Definition, evaluation: Evaluation): FunctionValue {
  return declared("block", declaration, (given, site) => {
    const scope = enter(declaration.name.text, declaration.parameters, given, site, fileScope(file), evaluation)?.scope;
    if (scope === undefined) return unknown;
    const returned = runBody(declaration.body, scope, "block", evaluation);
    if (returned === undefined) {
      evaluation.report(
        "missing-return",
        { name: declaration.name.text },
        { place: placeIn(scope, declaration.name.span), help: "end it with `return …`" },
      );
    }
    return returned ?? unknown;
  });
}

/** A head leaves its losses in the fragment and itself in `evaluation.head`. */
export function headValue(
  declaration: HeadDeclaration,
  { file }: Definition,
  words: (scope: Scope) => void,
  evaluation: Evaluation,
): FunctionValue {
  const name = declaration.name.text;
  return declared("head", declaration, (given, site) => {
    if (evaluation.room === "context") {
      const help = "a context is a tensor: use a `block` of `input`, `module.previous.input` and the like";
      evaluation.report("wrong-declaration", { name, expected: "a block", found: "head" }, { place: site, help });
      return unknown;
    }
    const outer = fileScope(file);
    words(outer);
    const entered = enter(name, declaration.parameters, given, site, outer, evaluation);
    if (entered === undefined) return unknown;
    const returned = runBody(declaration.body, entered.scope, "head", evaluation);
    if (returned !== undefined)
      expectTensor(
        { value: returned, place: placeIn(entered.scope, declaration.name.span) },
        "a tensor from the head's `return`: its logits",
        evaluation,
      );
    const shown = declaration.parameters.slice(1).flatMap((parameter) => {
      const argument = entered.bound.byName.get(parameter.name.text);
      return argument === undefined ? [] : [`${parameter.name.text} = ${printValue(argument.value)}`];
    });
    evaluation.head = { name, title: shown.length === 0 ? name : `${name}(${shown.join(", ")})`, returned };
    return unknown;
  });
}

export function lambdaValue(node: Lambda, scope: Scope, evaluation: Evaluation): FunctionValue {
  const parameters = node.parameters.map(({ text }) => ({ name: text, isRequired: true }));
  return {
    kind: "function",
    family: "lambda",
    name: "this function",
    parameters,
    invoke: (given, site) => {
      const bound = bind("this function", parameters, given, site, evaluation);
      if (bound === undefined) return unknown;
      const inner = innerScope(scope);
      for (const name of node.parameters)
        inner.names.set(name.text, {
          value: bound.byName.get(name.text)?.value ?? unknown,
          place: placeIn(scope, name.span),
        });
      return evaluation.evaluate(node.body, inner);
    },
  };
}

/** `conv_decoder(_, widen = 2)`: the missing arguments fill the gaps in order, further ones follow. */
export function captureValue(
  callee: FunctionValue,
  template: readonly (Given | { readonly gap: string | undefined; readonly place: Place })[],
  evaluation: Evaluation,
): FunctionValue {
  const gaps = template.filter((each) => "gap" in each).length;
  return {
    kind: "function",
    family: "capture",
    name: callee.name,
    parameters: Array.from({ length: gaps }, (_, position) => ({ name: `argument ${position + 1}`, isRequired: true })),
    invoke: (given, site) => {
      const waiting = [...given];
      const filled = template.flatMap((each): Given[] => {
        if (!("gap" in each)) return [each];
        const next = waiting.shift();
        if (next === undefined) return [];
        const { name: _, ...argument } = next;
        return [each.gap === undefined ? argument : { ...argument, name: { text: each.gap, place: each.place } }];
      });
      return evaluation.call(
        callee,
        [
          ...filled.filter(({ name }) => name === undefined),
          ...waiting,
          ...filled.filter(({ name }) => name !== undefined),
        ],
        site,
      );
    },
  };
}

export function parameterShapes(parameters: readonly Parameter[]): ParameterShape[] {
  return parameters.map((parameter) => ({
    name: parameter.name.text,
    isRequired: parameter.default === undefined,
    ...(parameter.type && { type: parameter.type.text }),
  }));
}

function declared(
  family: FunctionValue["family"],
  declaration: FunctionDeclaration | BlockDeclaration | HeadDeclaration,
  invoke: FunctionValue["invoke"],
): FunctionValue {
  return {
    kind: "function",
    family,
    name: declaration.name.text,
    parameters: parameterShapes(declaration.parameters),
    invoke,
  };
}

/** A scope with every parameter bound; defaults see the parameters before them. */
export function enter(
  name: string,
  parameters: readonly Parameter[],
  given: readonly Given[],
  site: Place,
  outer: Scope,
  evaluation: Evaluation,
): { readonly scope: Scope; readonly bound: Bound } | undefined {
  const bound = bind(name, parameterShapes(parameters), given, site, evaluation);
  if (bound === undefined) return undefined;
  const scope = innerScope(outer);
  for (const parameter of parameters) {
    const argument = bound.byName.get(parameter.name.text);
    const value =
      argument?.value ?? (parameter.default === undefined ? integer(0) : evaluation.evaluate(parameter.default, scope));
    scope.names.set(parameter.name.text, { value, place: argument?.place ?? placeIn(scope, parameter.span) });
  }
  return { scope, bound };
}
