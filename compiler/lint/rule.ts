/** What a lint rule is, and what it may look at. */
import type { ModelDeclaration, Span, SyntaxTree, SyntaxVisitor } from "../../grammar/index.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import type { Model } from "../2-elaborate/model.ts";
import type { ScopedModel } from "../3-scope/scoped-model.ts";
import type { Severity } from "../diagnostics/diagnostic.ts";

/** One file of `rules/`, with a page of the same name in `docs/rules`. */
export interface Rule {
  /** Completes the phrase "allow …": it names the flaw, not the remedy. */
  readonly name: string;
  /** Never reused; its band is that of the compiler's diagnostics about the same thing, from 500 on. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence: what is wrong with what the rule finds. */
  readonly summary: string;
  /** The version that brought the rule. */
  readonly since: string;
  /** `safe`: the fix keeps what is computed. `unsafe`: it may change it. */
  readonly fixable: "safe" | "unsafe" | "no";
  /** Looks at the tree as it is walked. */
  readonly create?: (context: LintContext) => SyntaxVisitor;
  /** Looks at the whole file and the models in it. */
  readonly check?: (context: LintContext) => void;
}

export interface LintContext {
  readonly path: string;
  readonly text: string;
  readonly tree: SyntaxTree;
  readonly project: ResolvedProject;
  /** The models of the file that compile; empty where a name or a spelling is wrong. */
  readonly models: readonly LintedModel[];
  readonly report: (finding: Finding) => void;
}

export interface LintedModel {
  readonly declaration: ModelDeclaration;
  readonly model: Model;
  readonly scoped: ScopedModel;
}

export interface Finding {
  readonly span: Span;
  /** What is wrong, alone on a line: lower-case start, no final full stop, names in backticks. */
  readonly message: string;
  readonly label?: string;
  readonly help?: string;
  readonly fix?: { readonly title: string; readonly edits: readonly TextEdit[] };
}

export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}
