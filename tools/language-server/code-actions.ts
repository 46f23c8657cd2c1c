/** Fixes of what is said about a place, and a comment that silences a rule there. */
import { type CodeAction, CodeActionKind, type CodeActionParams } from "vscode-languageserver";
import type { Diagnostic } from "../../compiler/index.ts";
import { rules } from "../../compiler/lint/index.ts";
import type { OpenDocument } from "./documents.ts";
import { rangeOf } from "./protocol.ts";

export function answerCodeActions(entry: OpenDocument, { range, context }: CodeActionParams): CodeAction[] {
  const { document, snapshot, path } = entry;
  const start = document.offsetAt(range.start);
  const end = document.offsetAt(range.end);
  const all = snapshot.diagnostics().filter(({ primary }) => primary.place.file === path);
  const here = all.filter(({ primary: { place } }) => place.start <= end && start <= place.end);
  const wanted = (kind: string): boolean => context.only?.some((each) => kind.startsWith(each)) ?? true;
  const actions: CodeAction[] = [];
  if (wanted(CodeActionKind.QuickFix)) {
    for (const diagnostic of here) {
      const fix = fixOf(diagnostic, entry);
      if (fix !== undefined) actions.push(fix);
    }
    for (const diagnostic of here) {
      const silence = silenceOf(diagnostic, entry);
      if (silence !== undefined) actions.push(silence);
    }
  }
  const safe = all.filter(({ fix }) => fix?.safety === "safe");
  if (wanted(CodeActionKind.SourceFixAll) && safe.length > 0) {
    const edits = apart(safe).map(({ place, text }) => ({ range: rangeOf(place, document), newText: text }));
    actions.push({
      title: "fix everything that is safe to fix",
      kind: CodeActionKind.SourceFixAll,
      edit: { changes: { [document.uri]: edits } },
    });
  }
  return actions;
}

function fixOf({ fix, code }: Diagnostic, { document }: OpenDocument): CodeAction | undefined {
  if (fix === undefined || fix.safety === "display") return undefined;
  const edits = fix.edits.map(({ place, text }) => ({ range: rangeOf(place, document), newText: text }));
  return {
    title: fix.safety === "safe" ? fix.title : `${fix.title} (changes what is computed)`,
    kind: CodeActionKind.QuickFix,
    isPreferred: fix.safety === "safe",
    edit: { changes: { [document.uri]: edits } },
    data: { code },
  };
}

/** Only rules can be silenced, and the comment asks for a reason. */
function silenceOf({ name, primary }: Diagnostic, { document }: OpenDocument): CodeAction | undefined {
  if (!rules.some((rule) => rule.name === name) || name.endsWith("-suppression")) return undefined;
  const { line } = document.positionAt(primary.place.start);
  const from = document.offsetAt({ line, character: 0 });
  const indent = /^[^\S\n]*/.exec(document.getText().slice(from, primary.place.start))?.[0] ?? "";
  const at = { line, character: 0 };
  const newText = `${indent}// llnet-ignore ${name}: say why it is right here\n`;
  return {
    title: `silence \`${name}\` here, with a reason`,
    kind: CodeActionKind.QuickFix,
    edit: { changes: { [document.uri]: [{ range: { start: at, end: at }, newText }] } },
  };
}

/** The edits of all fixes that do not touch one another. */
function apart(diagnostics: readonly Diagnostic[]): readonly { place: { start: number; end: number }; text: string }[] {
  const taken: { place: { start: number; end: number }; text: string }[] = [];
  for (const { fix } of diagnostics) {
    const edits = fix?.edits ?? [];
    const touches = edits.some(({ place }) =>
      taken.some((other) => place.start <= other.place.end && other.place.start <= place.end),
    );
    if (!touches) taken.push(...edits);
  }
  return taken;
}
