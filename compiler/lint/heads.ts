/** The heads of the models in a file, once per line that puts them there, and what their graphs hold. */
import type { Span } from "../../grammar/index.ts";
import type { Edge, Fragment, FragmentNode, Head, Model } from "../2-elaborate/model.ts";
import { isTrained } from "../2-elaborate/weight-address.ts";
import { selectHead } from "../3-scope/select-head.ts";
import { headSpan } from "./model-items.ts";
import type { LintContext } from "./rule.ts";

export interface PlacedHead {
  readonly head: Head;
  readonly model: Model;
  /** The line that puts the head on its modules. */
  readonly span: Span;
}

/** Calls `look` for the first module of every line of `heads`, and for the implied classifier. */
export function eachHead(context: LintContext, look: (placed: PlacedHead) => void): void {
  for (const { declaration, model, scoped } of context.models) {
    const seen = new Set<unknown>();
    for (const { index, head } of scoped.modules) {
      const assignment = selectHead(model, index, scoped.modules.length);
      if (head === undefined || seen.has(assignment)) continue;
      seen.add(assignment);
      look({ head, model, span: headSpan(context, declaration, assignment) });
    }
  }
}

/** The node an edge comes from; undefined for an input of the fragment. */
export function producer({ inputs, nodes }: Fragment, edge: Edge | undefined): FragmentNode | undefined {
  return edge === undefined ? undefined : nodes[edge - inputs.length];
}

/** Whether a gradient into this edge trains anything: a weight of the head, or the module. */
export function carriesGradient(fragment: Fragment, edge: Edge): boolean {
  const waiting = [edge];
  const seen = new Set<Edge>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const node = producer(fragment, next);
    if (node === undefined && fragment.inputs[next]?.source.kind === "module_output") return true;
    if (node === undefined || node.operation === "detach") continue;
    if (node.weights.some(isTrained)) return true;
    waiting.push(...node.inputs);
  }
  return false;
}
