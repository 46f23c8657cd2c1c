/** Runs the rules over one file. */
import { type Expression, parse, type SyntaxNode, type SyntaxVisitor, visit } from "../../grammar/index.ts";
import { resolve } from "../1-resolve/resolve.ts";
import { elaborate } from "../2-elaborate/elaborate.ts";
import { scope } from "../3-scope/index.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { fromSyntaxProblem } from "../diagnostics/from-syntax-problem.ts";
import { withoutSyntaxEchoes } from "../diagnostics/without-echoes.ts";
import { createFileHost } from "../source/file-host.ts";
import { createLineTable } from "../source/line-table.ts";
import { createMemoryHost, type SourceHost } from "../source/source-host.ts";
import { defaultConfiguration, type LintConfiguration } from "./configuration.ts";
import { rules } from "./registry.ts";
import type { Finding, LintContext, LintedModel, Rule } from "./rule.ts";
import { judgeSuppressions } from "./rules/suppression-rules.ts";
import { findSuppressions } from "./suppressions.ts";

export interface LintOptions {
  readonly file: string;
  /** The text to use instead of the file's. */
  readonly text?: string;
  readonly host?: SourceHost;
  readonly configuration?: LintConfiguration;
}

export interface LintResult {
  /** The compiler's errors, then what the rules found, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** What was found and is passed over for a reason given in the file. */
  readonly suppressed: readonly { readonly diagnostic: Diagnostic; readonly reason: string }[];
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Lints a file. Rules about models look at those that compile; where some do not, the compiler's errors are part of the
 * result. Nothing is thrown for what is in the file.
 */
export function lintFile({ file, text, host: given, configuration = defaultConfiguration }: LintOptions): LintResult {
  const files = given ?? createFileHost({ main: file });
  const host = text === undefined ? files : createMemoryHost({ [file]: text }, files);
  const source = host.read(file);
  if (!("text" in source)) {
    const place = { file, start: 0, end: 0 };
    const unreadable = diagnose("unreadable-file", { path: file, reason: source.reason }, { place });
    return { diagnostics: [unreadable], suppressed: [], sources: new Map() };
  }
  const { tree, errors } = parse(source.text, file);
  const resolved = resolve(tree, host);
  const { sources } = resolved.value;
  const found: Diagnostic[] = [...errors.map((problem) => fromSyntaxProblem(problem, file)), ...resolved.diagnostics];
  const models: LintedModel[] = [];
  for (const declaration of hasError(found) ? [] : resolved.value.main.models) {
    const elaborated = elaborate(resolved.value, { model: declaration.name.text });
    const scoped = elaborated.value === undefined ? undefined : scope(elaborated.value);
    found.push(...elaborated.diagnostics, ...(scoped?.diagnostics ?? []));
    if (elaborated.value !== undefined && scoped?.value !== undefined)
      models.push({ declaration, model: elaborated.value, scoped: scoped.value });
  }
  const compilation = withoutSyntaxEchoes(distinct(found.filter(({ severity }) => severity === "error")), sources);
  // A half-read file would be full of names that nobody seems to use.
  if (errors.length > 0) return { diagnostics: compilation, suppressed: [], sources };

  const findings: Diagnostic[] = [];
  const contextOf = (rule: Rule): LintContext => ({
    path: file,
    text: source.text,
    tree,
    project: resolved.value,
    models,
    report: (finding) => findings.push(diagnosticOf(rule, finding, file, configuration)),
  });
  const active = rules.filter(({ name }) => configuration.severities.get(name) !== "off");
  for (const rule of active) rule.check?.(contextOf(rule));
  walk(
    tree,
    active.flatMap((rule) => (rule.create === undefined ? [] : [rule.create(contextOf(rule))])),
  );

  const suppressions = findSuppressions(tree);
  const { kept, suppressed } = judgeSuppressions(
    distinct(findings),
    suppressions,
    createLineTable(source.text),
    (rule) => contextOf(rule),
    active,
  );
  const added = findings.filter((each) => each.code.startsWith("LL26"));
  const sorted = [...kept, ...added].sort(
    (a, b) => a.primary.place.start - b.primary.place.start || (a.code < b.code ? -1 : 1),
  );
  return { diagnostics: [...compilation, ...sorted], suppressed, sources };
}

/** One walk for all rules. */
export function walk(tree: SyntaxNode, visitors: readonly SyntaxVisitor[]): void {
  visit(tree, {
    enter(node) {
      for (const visitor of visitors) {
        visitor.enter?.(node);
        (visitor[node.kind] as ((node: SyntaxNode | Expression) => unknown) | undefined)?.(node);
      }
    },
  });
}

export function diagnosticOf(
  rule: Rule,
  finding: Finding,
  file: string,
  { severities }: LintConfiguration,
): Diagnostic {
  const severity = severities.get(rule.name) ?? rule.severity;
  const { span, message, label = "", help, fix } = finding;
  const placed = ({ start, end }: { start: number; end: number }) => ({ file, start, end });
  return {
    code: rule.code,
    name: rule.name,
    severity: severity === "off" ? rule.severity : severity,
    message,
    primary: { place: placed(span), text: label },
    related: [],
    ...(help !== undefined && { help }),
    ...(fix !== undefined && {
      fix: {
        title: fix.title,
        safety: rule.fixable === "safe" ? "safe" : "unsafe",
        edits: fix.edits.map((edit) => ({ place: placed(edit.span), text: edit.text })),
      },
    }),
  };
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** What several models share is said once. Few share a place, so few have to be compared. */
export function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const byPlace = new Map<string, Diagnostic[]>();
  return diagnostics.filter((diagnostic) => {
    const { code, primary } = diagnostic;
    const { file, start, end } = primary.place;
    const key = `${code} ${start} ${end} ${file}`;
    const beside = byPlace.get(key);
    if (beside === undefined) byPlace.set(key, [diagnostic]);
    else if (beside.some((each) => JSON.stringify(each) === JSON.stringify(diagnostic))) return false;
    else beside.push(diagnostic);
    return true;
  });
}
