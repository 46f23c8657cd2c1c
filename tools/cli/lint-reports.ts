/** Findings for machines: SARIF 2.1.0 for code scanning, workflow commands for GitHub. */
import type { Diagnostic, Label } from "../../compiler/index.ts";
import type { LintResult, Rule } from "../../compiler/lint/index.ts";
import { ownVersion } from "./version.ts";

export interface LintedFile extends LintResult {
  readonly file: string;
  /** What a baseline knows, and the diagnostics leave out. */
  readonly known?: readonly Diagnostic[];
}

/** A SARIF log of one run: the rules that found something, all results, and those that are suppressed with their reasons. */
export function sarifLog(linted: readonly LintedFile[], rules: readonly Rule[]): object {
  const all = linted.flatMap(({ diagnostics, suppressed, known = [], sources }) => [
    ...diagnostics.map((diagnostic) => ({ diagnostic, sources, suppressions: undefined })),
    ...suppressed.map(({ diagnostic, reason }) => ({
      diagnostic,
      sources,
      suppressions: [{ kind: "inSource", justification: reason }],
    })),
    ...known.map((diagnostic) => ({
      diagnostic,
      sources,
      suppressions: [{ kind: "external", justification: "listed in the baseline" }],
    })),
  ]);
  const codes = [...new Set(all.map(({ diagnostic }) => diagnostic.code))].sort();
  const described = codes.map((code) => {
    const rule = rules.find((each) => each.code === code);
    const name = rule?.name ?? all.find(({ diagnostic }) => diagnostic.code === code)?.diagnostic.name;
    return { id: code, name, ...(rule !== undefined && { shortDescription: { text: rule.summary } }) };
  });
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "llnet", version: ownVersion, rules: described } },
        columnKind: "utf16CodeUnits",
        results: all.map(({ diagnostic, sources, suppressions }) => ({
          ruleId: diagnostic.code,
          ruleIndex: codes.indexOf(diagnostic.code),
          level: diagnostic.severity === "info" ? "note" : diagnostic.severity,
          message: { text: wordsOf(diagnostic) },
          locations: [sarifLocation(diagnostic.primary, sources)],
          ...(diagnostic.related.length > 0 && {
            relatedLocations: diagnostic.related.map((label) => ({
              ...sarifLocation(label, sources),
              message: { text: label.text },
            })),
          }),
          ...(suppressions !== undefined && { suppressions }),
        })),
      },
    ],
  };
}

/** One `::warning file=…` line per finding. */
export function githubAnnotations(linted: readonly LintedFile[]): string {
  return linted
    .flatMap(({ diagnostics, sources }) => diagnostics.map((diagnostic) => annotation(diagnostic, sources)))
    .join("");
}

function annotation(diagnostic: Diagnostic, sources: ReadonlyMap<string, string>): string {
  const { code, name, severity, primary } = diagnostic;
  const { start, end } = positions(primary, sources);
  const command = severity === "info" ? "notice" : severity;
  const properties = {
    file: primary.place.file,
    line: start.line,
    endLine: end.line,
    ...(start.line === end.line && { col: start.column, endColumn: end.column }),
    title: `${code} ${name}`,
  };
  const listed = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${command} ${listed.join(",")}::${escapeData(wordsOf(diagnostic))}\n`;
}

function wordsOf({ message, primary, help }: Diagnostic): string {
  const label = primary.text === "" ? "" : ` (${primary.text})`;
  return `${message}${label}${help === undefined ? "" : `; ${help}`}`;
}

function sarifLocation(label: Label, sources: ReadonlyMap<string, string>): object {
  const { start, end } = positions(label, sources);
  return {
    physicalLocation: {
      artifactLocation: { uri: label.place.file.split("/").map(encodeURIComponent).join("/") },
      region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
    },
  };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** 1-based lines and columns in UTF-16 units. */
function positions({ place }: Label, sources: ReadonlyMap<string, string>): { start: Position; end: Position } {
  const text = sources.get(place.file) ?? "";
  const at = (offset: number): Position => {
    const before = text.slice(0, offset);
    return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
  };
  return { start: at(place.start), end: at(place.end) };
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
