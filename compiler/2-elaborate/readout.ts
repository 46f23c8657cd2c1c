/** `readout: final | exit(k) | ensemble`: which classifiers inference uses. */
import type { Expression, ReadoutItem } from "../../grammar/syntax-tree.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import type { Evaluation } from "./evaluation.ts";
import { expectInteger } from "./expect.ts";
import { givenBy } from "./given.ts";
import type { Readout } from "./model.ts";
import { placeIn, type Scope } from "./scope.ts";

const kinds = ["final", "exit", "ensemble"];

export function elaborateReadout(item: ReadoutItem | undefined, outer: Scope, evaluation: Evaluation): Readout {
  if (item === undefined || item.value.kind === "Missing") return { kind: "final" };
  const scope = evaluation.origins.get(item.value) ?? outer;
  const place = placeIn(scope, item.value.span);
  const name = nameOf(item.value);
  if (item.value.kind === "Reference" && name === "final") return { kind: "final" };
  if (item.value.kind === "Reference" && name === "ensemble") return { kind: "ensemble", place };
  if (item.value.kind === "Call" && name === "exit") {
    const [argument, further] = item.value.arguments;
    if (argument !== undefined && further === undefined && argument.name === undefined)
      return exitOf(argument.value, scope, evaluation);
  }
  const message = "a readout is `final`, `exit(k)` or `ensemble`";
  const help = name === undefined || kinds.includes(name) ? "for example `exit(2)`" : didYouMean(name, kinds);
  evaluation.report("invalid-value", { message }, { place, help });
  return { kind: "final" };
}

function nameOf(node: Expression): string | undefined {
  if (node.kind === "Call") return nameOf(node.callee);
  return node.kind === "Reference" ? node.name : undefined;
}

function exitOf(node: Expression, scope: Scope, evaluation: Evaluation): Readout {
  const given = givenBy(node, scope, evaluation);
  const module = expectInteger(given, "the number of a module", evaluation);
  if (module === undefined) return { kind: "final" };
  if (module >= 1) return { kind: "exit", module, place: given.place };
  evaluation.report("field-out-of-range", { field: "exit", range: "at least 1", found: String(module) }, given);
  return { kind: "final" };
}
