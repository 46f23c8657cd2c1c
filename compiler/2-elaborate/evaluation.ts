/** What evaluation carries along: the project, the fragment under construction, budgets, and what was found wrong. */
import type { Place, Span } from "../../grammar/span.ts";
import type { Expression, PipeStage } from "../../grammar/syntax-tree.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { Definition, ResolvedProject } from "../1-resolve/resolved-project.ts";
import type { DiagnosticName, Facts } from "../diagnostics/catalogue.ts";
import type { Circumstances } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { AddressNode } from "./address-tree.ts";
import type { FragmentBuilder } from "./fragment-builder.ts";
import type { Backbone, ModuleView } from "./model.ts";
import type { Scope } from "./scope.ts";
import type { Given, Value } from "./value.ts";

export interface Evaluation {
  readonly project: ResolvedProject;
  readonly diagnostics: Diagnostic[];
  /** Expressions that come from another text (overrides): the scope to evaluate them in. */
  readonly origins: ReadonlyMap<object, Scope>;
  /** Default of `cross_entropy`'s smoothing, from the recipe. */
  readonly labelSmoothing: number;
  /** What is evaluated for a module; undefined outside heads and contexts. */
  readonly room: "head" | "context" | undefined;
  /** What tensors operations are added to: a unit, head or context; none outside them. */
  fragment: FragmentBuilder | undefined;
  /** The module a head or context is evaluated for; none elsewhere. */
  module: ModuleView | undefined;
  /** Set by the head that was called. */
  head: { readonly name: string; readonly title: string; readonly returned: Value | undefined } | undefined;
  /** What a backbone is fed, while one may be called. */
  chain: { readonly type: TensorType; readonly place: Place } | undefined;
  /** Set by the backbone that was called; in heads and contexts, the model's. */
  backbone: BuiltBackbone | undefined;
  /** Spent against the limits, so that every file compiles in bounded time. */
  readonly spent: { steps: number; nodes: number; depth: number; isExhausted: boolean };
  /** Calls being evaluated, outermost first. */
  readonly callSites: Place[];

  report<Name extends DiagnosticName>(name: Name, facts: Facts<Name>, circumstances: Circumstances): void;
  evaluate(expression: Expression, scope: Scope): Value;
  /** What stands after `|>`, given what flows in. */
  applyStage(input: Given, stage: PipeStage, scope: Scope): Value;
  /** Computes one level deeper: for statements inside statements. `fallback` where a limit is reached. */
  within<Result>(span: Span, scope: Scope, fallback: Result, compute: () => Result): Result;
  call(callee: Value, given: readonly Given[], site: Place): Value;
  /** The value of a definition; a `let` is evaluated once. */
  valueOf(definition: Definition): Value;
}

/** A backbone's units and where their addresses lead. */
export interface BuiltBackbone {
  readonly backbone: Backbone;
  readonly addresses: AddressNode;
  /** False where a unit failed, which has been reported. */
  readonly isComplete: boolean;
}

export const limits = {
  /** Nested calls. */
  calls: 200,
  /** Expressions inside expressions, over all calls. */
  nesting: 1_000,
  loop: 100_000,
  units: 10_000,
  nodes: 1_000_000,
  steps: 20_000_000,
} as const;
