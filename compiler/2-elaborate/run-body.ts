/** The statements of blocks, heads and units with a body. */
import type { BodyStatement, LetStatement, LossStatement, TapStatement } from "../../grammar/syntax-tree.ts";
import { printShape } from "../../runtime/program/tensor-type.ts";
import { type Evaluation, limits } from "./evaluation.ts";
import { expectBoolean, expectInteger, expectList, expectTensor } from "./expect.ts";
import { givenBy } from "./given.ts";
import { lossWeightOf } from "./loss-weight.ts";
import type { Reach } from "./model.ts";
import { innerScope, placeIn, type Scope } from "./scope.ts";
import { runShared } from "./shared.ts";
import { unknown, type Value } from "./value.ts";

export type Room = "block" | "unit" | "head";

/** Runs until a `return`; its value, or undefined where there is none. */
export function runBody(
  statements: readonly BodyStatement[],
  scope: Scope,
  room: Room,
  evaluation: Evaluation,
): Value | undefined {
  for (const statement of statements) {
    const returned = evaluation.within<Value | undefined>(statement.span, scope, unknown, () =>
      runStatement(statement, scope, room, evaluation),
    );
    if (returned !== undefined) return returned;
  }
  return undefined;
}

function runStatement(statement: BodyStatement, scope: Scope, room: Room, evaluation: Evaluation): Value | undefined {
  switch (statement.kind) {
    case "Let":
      runLet(statement, scope, evaluation);
      return undefined;
    case "Tap":
      runTap(statement, scope, evaluation);
      return undefined;
    case "Loss":
      runLoss(statement, scope, room, evaluation);
      return undefined;
    case "Shared":
      runShared(statement, scope, evaluation);
      return undefined;
    case "Return":
      return statement.value.kind === "Missing" ? unknown : evaluation.evaluate(statement.value, scope);
    case "For": {
      for (const item of loopItems(statement.over, scope, evaluation) ?? []) {
        const inner = innerScope(scope);
        inner.names.set(statement.variable.text, { value: item, place: placeIn(scope, statement.variable.span) });
        const returned = runBody(statement.body, inner, room, evaluation);
        if (returned !== undefined) return returned;
      }
      return undefined;
    }
    case "IfStatement": {
      const condition = expectBoolean(givenBy(statement.condition, scope, evaluation), "a condition", evaluation);
      // Whatever a branch would have returned is not known then.
      if (condition === undefined) return [statement.then, statement.else].some(returns) ? unknown : undefined;
      return runBody(condition ? statement.then : statement.else, innerScope(scope), room, evaluation);
    }
  }
}

function returns(statements: readonly BodyStatement[]): boolean {
  return statements.some((statement) => {
    if (statement.kind === "IfStatement") return returns(statement.then) || returns(statement.else);
    return statement.kind === "Return" || (statement.kind === "For" && returns(statement.body));
  });
}

/** The items a loop runs over; undefined where it is not a list or longer than a loop may be. */
export function loopItems(
  over: LetStatement["value"],
  scope: Scope,
  evaluation: Evaluation,
): readonly Value[] | undefined {
  const given = givenBy(over, scope, evaluation);
  const items = expectList(given, "a list or range to loop over", evaluation);
  if (items === undefined || items.length <= limits.loop) return items;
  evaluation.report("too-large", { what: "turns of a loop", limit: limits.loop }, { place: given.place });
  return undefined;
}

/** A `let` that holds exactly one operation with weights names it: `let gate = dense(x, 4)` → `gate.kernel`. */
export function runLet(statement: LetStatement, scope: Scope, evaluation: Evaluation): void {
  const before = evaluation.fragment?.count ?? 0;
  const value = evaluation.evaluate(statement.value, scope);
  const { fragment } = evaluation;
  const isOne = fragment !== undefined && fragment.count === before + 1;
  if (isOne && value.kind === "tensor" && "node" in value.origin && value.origin.node === before)
    fragment.nameLast(statement.name.text);
  scope.names.set(statement.name.text, { value, place: placeIn(scope, statement.name.span) });
}

function runTap(statement: TapStatement, scope: Scope, evaluation: Evaluation): void {
  const given = givenBy(statement.value, scope, evaluation);
  const tensor = expectTensor(given, "a tensor to tap", evaluation);
  if (tensor !== undefined) evaluation.fragment?.tap(statement.name.text, tensor);
  scope.names.set(statement.name.text, { value: given.value, place: placeIn(scope, statement.name.span) });
}

function runLoss(statement: LossStatement, scope: Scope, room: Room, evaluation: Evaluation): void {
  const place = placeIn(scope, statement.span);
  if (room !== "head") {
    evaluation.report(
      "misplaced-statement",
      { what: "loss", where: room },
      { place, help: "losses stand in a `head`" },
    );
    return;
  }
  const name = statement.name.text;
  const given = givenBy(statement.value, scope, evaluation);
  const tensor = expectTensor(given, `a tensor for the loss \`${name}\``, evaluation);
  const weight =
    statement.weight === undefined ? 1 : lossWeightOf(givenBy(statement.weight, scope, evaluation), evaluation);
  const reach = reachOf(statement, scope, evaluation);
  if (tensor === undefined || weight === undefined || reach === undefined) return;
  if (tensor.type.shape.length > 0) {
    const help = "a loss is one number: use a loss function such as `cross_entropy`, or `mean`";
    evaluation.report("loss-not-scalar", { name, shape: printShape(tensor.type.shape) }, { place: given.place, help });
    return;
  }
  evaluation.fragment?.loss({ name, weight, reach, place: placeIn(scope, statement.name.span) }, tensor);
}

function reachOf({ reach }: LossStatement, scope: Scope, evaluation: Evaluation): Reach | undefined {
  if (reach === undefined) return { modules: 1, units: 0 };
  const given = givenBy(reach.count, scope, evaluation);
  const count = expectInteger(given, "an int for the reach", evaluation);
  if (count === undefined) return undefined;
  const least = reach.inUnits ? 0 : 1;
  if (count < least) {
    evaluation.report(
      "argument-out-of-range",
      { message: `\`reach\` must be at least ${least}, found ${count}` },
      { place: given.place },
    );
    return undefined;
  }
  return reach.inUnits ? { modules: 1, units: count } : { modules: count, units: 0 };
}
