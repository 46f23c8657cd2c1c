/** Which modules a line of `heads { … }` or `context { … }` selects: `local`, `last - 1`, `2..last`. */
import type { Expression } from "../../grammar/syntax-tree.ts";
import type { Evaluation } from "./evaluation.ts";
import { expectInteger } from "./expect.ts";
import { givenBy } from "./given.ts";
import type { HeadSelector, ModuleBound } from "./model.ts";
import { placeIn, type Scope } from "./scope.ts";

export function selectorOf(node: Expression, scope: Scope, evaluation: Evaluation): HeadSelector | undefined {
  if (node.kind === "Missing") return undefined;
  if (node.kind === "Reference" && (node.name === "local" || node.name === "last" || node.name === "each"))
    return { kind: node.name };
  if (node.kind !== "Range") {
    const bound = boundOf(node, scope, evaluation);
    return bound && { kind: "range", from: bound, to: bound };
  }
  const from = boundOf(node.from, scope, evaluation);
  const to = boundOf(node.to, scope, evaluation);
  return from && to && { kind: "range", from, to };
}

/** `3`, `last`, `last - 1`. */
function boundOf(node: Expression, scope: Scope, evaluation: Evaluation): ModuleBound | undefined {
  const place = placeIn(evaluation.origins.get(node) ?? scope, node.span);
  if (node.kind === "Reference" && node.name === "last") return { fromLast: true, offset: 0, place };
  if (node.kind === "Binary" && node.operator === "-" && node.left.kind === "Reference" && node.left.name === "last") {
    const offset = expectInteger(givenBy(node.right, scope, evaluation), "an int after `last -`", evaluation);
    return offset === undefined ? undefined : { fromLast: true, offset: -offset, place };
  }
  if (node.kind === "Reference" && (node.name === "local" || node.name === "each")) {
    evaluation.report(
      "invalid-selector",
      {},
      { place, help: "a range goes from a number to a number or `last`: `2..last`" },
    );
    return undefined;
  }
  const offset = expectInteger(givenBy(node, scope, evaluation), "the number of a module", evaluation);
  if (offset === undefined) return undefined;
  if (offset >= 1) return { fromLast: false, offset, place };
  evaluation.report("invalid-selector", {}, { place, help: "modules count from 1" });
  return undefined;
}
