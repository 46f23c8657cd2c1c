/**
 * A file that is being written: after every change, what `check` and `lint` say about it, at the cost of what changed.
 * Nothing is ever computed in a different way than there; what is remembered is only when it need not be computed again.
 */
import type { Declaration, ModelDeclaration, SyntaxTree } from "../../grammar/index.ts";
import { resolve } from "../1-resolve/resolve.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import { elaborate } from "../2-elaborate/elaborate.ts";
import type { ScopedModel } from "../3-scope/scoped-model.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { fromSyntaxProblem } from "../diagnostics/from-syntax-problem.ts";
import { withoutSyntaxEchoes } from "../diagnostics/without-echoes.ts";
import { defaultConfiguration, type LintConfiguration } from "../lint/configuration.ts";
import { diagnosticOf, distinct } from "../lint/lint-file.ts";
import { judgeSuppressions } from "../lint/rules/suppression-rules.ts";
import { findSuppressions } from "../lint/suppressions.ts";
import { createLineTable } from "../source/line-table.ts";
import type { SourceHost } from "../source/source-host.ts";
import { createKeptText } from "./kept-text.ts";
import { createLayout, type Layout } from "./layout.ts";
import type { Piece } from "./piece.ts";
import { createPieceReader } from "./read-pieces.ts";
import { createReferences } from "./references.ts";
import { createRememberedLint } from "./remembered-lint.ts";
import { createRememberedModels, type KnownModel } from "./remembered-models.ts";
import { createRememberedSteps } from "./remembered-names.ts";
import { createRememberedStudies } from "./remembered-studies.ts";
import { showDiagnostic } from "./shown-diagnostics.ts";

export interface AnalysisOptions {
  readonly path: string;
  readonly host: SourceHost;
  readonly configuration?: LintConfiguration;
}

export interface Analysis {
  /** Reads a new text and looks up its names; models are left to `Snapshot.work`. */
  update(text: string): Snapshot;
}

export interface Snapshot {
  readonly path: string;
  readonly text: string;
  /** All places in the tree and the project are offsets into the kept text; `layout` translates. */
  readonly tree: SyntaxTree;
  readonly project: ResolvedProject;
  readonly layout: Layout;
  /** What is known by now: of models not looked at yet, what was known before. */
  diagnostics(): readonly Diagnostic[];
  /**
   * Everything left to find out, in small steps; `"checked"` is said once all models are evaluated and cut, and only the
   * rules about them remain.
   */
  work(): Generator<"checked" | undefined>;
  /** The models by their declaration, evaluated where that has not been done. */
  scopedModel(declaration: Declaration): ScopedModel | undefined;
  /** Addresses of the units of a model, also where something else in the file is wrong. */
  unitAddresses(declaration: ModelDeclaration): readonly string[];
}

export function createAnalysis({ path, host, configuration = defaultConfiguration }: AnalysisOptions): Analysis {
  let state = createState(path, configuration);
  let last: readonly KnownModel[] = [];

  return {
    update(text) {
      // What nobody sees any more is thrown away when it is most of what is kept.
      if (state.kept.text.length > 4 * text.length + 2_000_000) {
        state = createState(path, configuration);
        last = [];
      }
      const snapshot = createSnapshot(text, path, host, state, last, configuration);
      last = snapshot.entries;
      return snapshot;
    },
  };
}

function createState(path: string, configuration: LintConfiguration) {
  const kept = createKeptText();
  const references = createReferences();
  return {
    kept,
    reader: createPieceReader(path, kept),
    steps: createRememberedSteps(references),
    models: createRememberedModels(references),
    studies: createRememberedStudies(references),
    lint: createRememberedLint(path, configuration),
  };
}

function createSnapshot(
  text: string,
  path: string,
  host: SourceHost,
  { kept, reader, steps, models, studies, lint }: ReturnType<typeof createState>,
  before: readonly KnownModel[],
  configuration: LintConfiguration,
): Snapshot & { readonly entries: readonly KnownModel[] } {
  const pieces = reader.read(text);
  const tree = treeOf(pieces, path, kept.text);
  const layout = createLayout(pieces, text.length);
  const problems = pieces.flatMap((piece) => piece.problems);
  const { value: project, diagnostics: named } = resolve(tree, host, steps);
  const opened = [...problems.map((problem) => fromSyntaxProblem(problem, path)), ...named];
  const isFine = !hasError(opened);
  const entries = models.entries(project);
  const inText = problems.length > 0 ? [] : lint.findInText(tree, project);
  const withoutModel = tree.declarations.length === 0 ? checkEmpty(project, !isFine) : [];
  const studyEntries = studies.entries(project);
  const replaced = new Map(before.map((entry) => [entry.declaration.name.text, entry]));
  // Said several times of one text, and the same each time.
  const shownNames = once(() => show([...opened, ...withoutModel]));
  const shownText = once(() => show(inText));
  const sources = once(() => new Map([...project.sources, [path, text]]));
  let withModels: readonly Diagnostic[] = [];

  /** What the entry, or before it is known the one it replaces, has to say. */
  function known(entry: KnownModel, part: "evaluated" | "cut" | "judged"): readonly Diagnostic[] {
    if (part !== "evaluated" && (!isFine || hasError(entry.evaluated ?? []))) return [];
    return entry[part] ?? replaced.get(entry.declaration.name.text)?.[part] ?? [];
  }

  function show(all: readonly Diagnostic[]): readonly Diagnostic[] {
    return all.flatMap((diagnostic) => showDiagnostic(diagnostic, path, layout) ?? []);
  }

  function diagnostics(): readonly Diagnostic[] {
    const checked = entries.flatMap((entry) => [...known(entry, "evaluated"), ...known(entry, "cut")]);
    const compilation = withoutSyntaxEchoes(distinct([...shownNames(), ...show(checked)]), sources());
    if (problems.length > 0) return compilation;
    const judged = entries.flatMap((entry) => known(entry, "judged"));
    const findings = distinct([...shownText(), ...show([...judged, ...withModels])]);
    const ofStudies = hasError(compilation)
      ? []
      : show(studyEntries.flatMap(({ found, before: last }) => found ?? last));
    return distinct([...compilation, ...withoutSuppressed(findings), ...ofStudies]);
  }

  function withoutSuppressed(findings: readonly Diagnostic[]): readonly Diagnostic[] {
    const isMarked = pieces.some(({ comments }) => comments.some((comment) => comment.text.startsWith("llnet-ignore")));
    if (!isMarked) return findings;
    const comments = tree.comments.flatMap((comment) => {
      const span = layout.spanToShown(comment.span);
      return span === undefined ? [] : [{ ...comment, span }];
    });
    const shown = { ...tree, text, comments };
    const added: Diagnostic[] = [];
    const { kept: left } = judgeSuppressions(
      findings,
      findSuppressions(shown),
      createLineTable(text),
      (rule) => ({
        path,
        text,
        tree: shown,
        project,
        models: [],
        report: (finding) => added.push(diagnosticOf(rule, finding, path, configuration)),
      }),
      lint.active,
    );
    return [...left, ...added];
  }

  function* work(): Generator<"checked" | undefined> {
    // What was changed last is what its author is looking at.
    const waiting = [...entries].sort((a, b) => b.declaration.span.start - a.declaration.span.start);
    for (const entry of waiting) {
      for (const _ of models.check(entry, project, isFine)) yield undefined;
    }
    yield "checked";
    if (!isFine) return;
    for (const entry of waiting) {
      for (const _ of models.judge(entry, project, tree, lint)) yield undefined;
    }
    if (lint.unknownRules.length > 0) {
      const linted = entries.flatMap((entry) => {
        const scoped = models.revive(entry, project);
        return scoped === undefined ? [] : [{ declaration: entry.declaration, model: scoped.model, scoped }];
      });
      withModels = lint.findWithModels(linted, tree, project);
      yield undefined;
    }
    // As in `check`: what is wrong with a model is not said again of its variants.
    if (entries.some(({ evaluated, cut }) => hasError([...(evaluated ?? []), ...(cut ?? [])]))) return;
    for (const entry of studyEntries) yield* studies.check(entry, project);
  }

  return {
    path,
    text,
    tree,
    project,
    layout,
    entries,
    diagnostics,
    work,
    unitAddresses({ name, items }) {
      const whole = elaborate(project, { model: name.text }).value;
      if (whole !== undefined) return whole.backbone.units.map(({ address }) => address);
      // Without the split that is being written, and what depends on it, the chain is often sound.
      const needed = items.filter(({ kind }) => kind === "Input" || kind === "Classes" || kind === "UseBackbone");
      const models = project.main.models.map((model) => (model.name === name ? { ...model, items: needed } : model));
      const chain = elaborate({ ...project, main: { ...project.main, models } }, { model: name.text }).value;
      return chain?.backbone.units.map(({ address }) => address) ?? [];
    },
    scopedModel(declaration) {
      const entry = entries.find((each) => each.declaration === declaration);
      return entry === undefined || !isFine ? undefined : models.revive(entry, project);
    },
  };
}

function treeOf(pieces: readonly Piece[], path: string, text: string): SyntaxTree {
  return {
    kind: "File",
    span: { start: 0, end: text.length },
    path,
    text,
    declarations: pieces.flatMap((piece) => piece.declarations),
    comments: pieces.flatMap((piece) => piece.comments),
  };
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

function once<Value>(compute: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}

/** A file without any declaration lacks a model, unless it cannot be read. */
function checkEmpty(project: ResolvedProject, isUnread: boolean): readonly Diagnostic[] {
  return elaborate(project).diagnostics.filter(({ name }) => name !== "no-model" || !isUnread);
}
