/** The rules, asked again only about what changed. All places are offsets into the kept text, except where said. */
import type { Declaration, SyntaxTree } from "../../grammar/index.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LintConfiguration } from "../lint/configuration.ts";
import { diagnosticOf, walk } from "../lint/lint-file.ts";
import { rules } from "../lint/registry.ts";
import type { LintContext, LintedModel, Rule } from "../lint/rule.ts";
import { countUses, rememberUses, usedNames } from "../lint/used-names.ts";
import { type RuleScope, ruleScopes } from "./rule-scopes.ts";

export interface RememberedLint {
  readonly active: readonly Rule[];
  /** Rules that see a whole model; the caller remembers what they find. */
  readonly modelRules: readonly Rule[];
  /** What the rules find that need no model. */
  findInText(tree: SyntaxTree, project: ResolvedProject): readonly Diagnostic[];
  findInModel(rule: Rule, model: LintedModel, tree: SyntaxTree, project: ResolvedProject): readonly Diagnostic[];
  /** Rules nobody has said how much they look at. */
  readonly unknownRules: readonly Rule[];
  findWithModels(models: readonly LintedModel[], tree: SyntaxTree, project: ResolvedProject): readonly Diagnostic[];
}

export function createRememberedLint(path: string, configuration: LintConfiguration): RememberedLint {
  const active = rules.filter(({ name }) => configuration.severities.get(name) !== "off");
  const walking = active.filter(({ create }) => create !== undefined);
  const scoped = (scope: RuleScope): readonly Rule[] =>
    active.filter(({ name, check }) => check !== undefined && ruleScopes[name] === scope);
  const [ofDeclarations, ofNames, ofFile] = [scoped("declaration"), scoped("names"), scoped("file")];
  const unknownRules = active.filter(({ name, check }) => check !== undefined && !Object.hasOwn(ruleScopes, name));
  const known = new WeakMap<Declaration, readonly Diagnostic[]>();
  let knownForNames = new WeakMap<Declaration, readonly Diagnostic[]>();
  let names = "";
  let counted: readonly Declaration[] = [];
  let uses = new Map<string, number>();

  function collect(
    tree: SyntaxTree,
    project: ResolvedProject,
    models: readonly LintedModel[],
    look: (contextOf: (rule: Rule) => LintContext) => void,
  ): readonly Diagnostic[] {
    const found: Diagnostic[] = [];
    look((rule) => ({
      path,
      text: tree.text,
      tree,
      project,
      models,
      report: (finding) => found.push(diagnosticOf(rule, finding, path, configuration)),
    }));
    return found;
  }

  function findInDeclaration(alone: SyntaxTree, project: ResolvedProject): readonly Diagnostic[] {
    return collect(alone, project, [], (contextOf) => {
      for (const rule of ofDeclarations) rule.check?.(contextOf(rule));
      walk(
        alone,
        walking.flatMap((rule) => (rule.create === undefined ? [] : [rule.create(contextOf(rule))])),
      );
    });
  }

  /** The same as counting anew; a change touches few declarations. */
  function countChanged(tree: SyntaxTree): void {
    const now = new Set(tree.declarations);
    const before = new Set(counted);
    uses = new Map(uses);
    for (const declaration of counted) if (!now.has(declaration)) countUses(uses, usedNames(declaration), -1);
    for (const declaration of tree.declarations)
      if (!before.has(declaration)) countUses(uses, usedNames(declaration), 1);
    counted = tree.declarations;
    rememberUses(tree, uses);
  }

  function findInText(tree: SyntaxTree, project: ResolvedProject): readonly Diagnostic[] {
    const namesNow = [...project.main.values.keys()].join(" ");
    if (namesNow !== names) knownForNames = new WeakMap();
    names = namesNow;
    const result: Diagnostic[] = [];
    for (const declaration of tree.declarations) {
      let found = known.get(declaration);
      let foundForNames = knownForNames.get(declaration);
      if (found === undefined || foundForNames === undefined) {
        const alone = { ...tree, declarations: [declaration] };
        found ??= findInDeclaration(alone, project);
        foundForNames ??= collect(alone, project, [], (contextOf) => {
          for (const rule of ofNames) rule.check?.(contextOf(rule));
        });
        known.set(declaration, found);
        knownForNames.set(declaration, foundForNames);
      }
      if (found.length > 0) result.push(...found);
      if (foundForNames.length > 0) result.push(...foundForNames);
    }
    countChanged(tree);
    const inFile = collect(tree, project, [], (contextOf) => {
      for (const rule of ofFile) rule.check?.(contextOf(rule));
    });
    return [...result, ...inFile];
  }

  return {
    active,
    modelRules: scoped("model"),
    unknownRules,
    findInText,
    findInModel: (rule, model, tree, project) =>
      collect(tree, project, [model], (contextOf) => rule.check?.(contextOf(rule))),
    findWithModels: (models, tree, project) =>
      collect(tree, project, models, (contextOf) => {
        for (const rule of unknownRules) rule.check?.(contextOf(rule));
      }),
  };
}
