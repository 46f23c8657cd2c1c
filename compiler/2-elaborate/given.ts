import type { Expression } from "../../grammar/syntax-tree.ts";
import type { Evaluation } from "./evaluation.ts";
import { findBinding, placeIn, type Scope } from "./scope.ts";
import type { Given } from "./value.ts";

/** Evaluates an expression and remembers how it was written, for messages that name both sides. */
export function givenBy(expression: Expression, scope: Scope, evaluation: Evaluation): Given {
  const value = evaluation.evaluate(expression, scope);
  const place = placeIn(evaluation.origins.get(expression) ?? scope, expression.span);
  if (expression.kind !== "Reference") return { value, place };
  const definedAt = findBinding(scope, expression.name)?.place;
  return { value, place, text: expression.name, ...(definedAt && { definedAt }) };
}
