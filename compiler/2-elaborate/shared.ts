/** `shared dictionary = parameter([classes, 512])`: one parameter for all uses of the name in the model. */
import type { Argument, Expression, SharedStatement } from "../../grammar/syntax-tree.ts";
import { nearNames } from "../diagnostics/near-names.ts";
import type { Evaluation } from "./evaluation.ts";
import { reportMismatch } from "./expect.ts";
import { givenBy } from "./given.ts";
import { placeIn, type Scope } from "./scope.ts";
import { unknown, type Value } from "./value.ts";

export function runShared(statement: SharedStatement, scope: Scope, evaluation: Evaluation): void {
  const place = placeIn(scope, statement.name.span);
  scope.names.set(statement.name.text, { value: sharedValue(statement, scope, evaluation), place });
}

function sharedValue({ name, value }: SharedStatement, scope: Scope, evaluation: Evaluation): Value {
  const { fragment } = evaluation;
  const { call, update: written } = withoutUpdate(value);
  const update = written === undefined ? "sum" : updateOf(written, scope, evaluation);
  const before = fragment?.count ?? 0;
  const tensor = evaluation.evaluate(call, scope);
  if (tensor.kind === "unknown" || update === undefined || fragment === undefined) return unknown;
  const bound = fragment.bindWeights(before, { kind: "shared", name: name.text, update });
  if (bound === 1 && tensor.kind === "tensor" && fragment.count === before + 1) return tensor;
  const help = `write \`shared ${name.text} = parameter([classes, 512], init = normal(0, 1))\``;
  evaluation.report("shared-not-parameter", { name: name.text }, { place: placeIn(scope, value.span), help });
  return unknown;
}

/** `update` says how the sharing is done, not what is shared. */
function withoutUpdate(node: Expression): { readonly call: Expression; readonly update?: Argument } {
  if (node.kind !== "Call") return { call: node };
  const update = node.arguments.find(({ name }) => name?.text === "update");
  if (update === undefined) return { call: node };
  return { call: { ...node, arguments: node.arguments.filter((argument) => argument !== update) }, update };
}

const updates = ["sum", "each"] as const;

function updateOf(argument: Argument, scope: Scope, evaluation: Evaluation): "sum" | "each" | undefined {
  const given = givenBy(argument.value, scope, evaluation);
  if (given.value.kind !== "string") {
    reportMismatch(given, '"sum" or "each" for `update`', evaluation);
    return undefined;
  }
  const { value } = given.value;
  const found = updates.find((each) => each === value);
  if (found !== undefined) return found;
  const near = nearNames(value, updates).map((each) => JSON.stringify(each));
  const help = near.length > 0 ? `did you mean ${near.join(" or ")}?` : 'it can be "sum" or "each"';
  evaluation.report("unknown-option", { parameter: "update", value }, { place: given.place, help });
  return undefined;
}
