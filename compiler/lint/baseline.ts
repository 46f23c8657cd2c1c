/**
 * Baselines: what rules found in old files on the day a project began to lint. Such findings are passed over, new ones are
 * shown, and those that are gone are named, so that a baseline only ever shrinks.
 *
 * A finding is known again by its file, its rule and the text of its line, so lines above it may come and go.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { createLineTable } from "../source/line-table.ts";
import type { LintResult } from "./lint-file.ts";
import { rules } from "./registry.ts";

export interface KnownFinding {
  readonly file: string;
  readonly rule: string;
  /** The line it begins on, without the space around it. */
  readonly line: string;
  readonly count: number;
}

export interface Baseline {
  readonly findings: readonly KnownFinding[];
}

/** The findings of the rules in these files. What the compiler reports is an error and never becomes known. */
export function createBaseline(linted: readonly (LintResult & { readonly file: string })[]): Baseline {
  const counts = new Map<string, KnownFinding>();
  for (const { file, diagnostics, sources } of linted) {
    for (const diagnostic of diagnostics) {
      const known = knownFinding(file, diagnostic, sources);
      if (known === undefined) continue;
      const key = keyOf(known);
      counts.set(key, { ...known, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  return { findings: [...counts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, known]) => known) };
}

/** A line per finding, sorted: two branches that both fix some can be merged. */
export function printBaseline({ findings }: Baseline): string {
  const lines = findings.map((known) => `    ${JSON.stringify(known)}`);
  return `{\n  "version": 1,\n  "findings": [${lines.length === 0 ? "" : `\n${lines.join(",\n")}\n  `}]\n}\n`;
}

/** Undefined where the text is no baseline. */
export function readBaseline(text: string): Baseline | undefined {
  try {
    const content = JSON.parse(text) as unknown;
    if (typeof content !== "object" || content === null || !("version" in content) || content.version !== 1) return;
    if (!("findings" in content) || !Array.isArray(content.findings)) return;
    const findings: readonly unknown[] = content.findings;
    return findings.every(isKnownFinding) ? { findings } : undefined;
  } catch {
    return; // no JSON
  }
}

export interface Compared {
  /** What the baseline does not know. */
  readonly fresh: readonly Diagnostic[];
  readonly known: readonly Diagnostic[];
  /** What the baseline knows of this file and is no longer found. */
  readonly gone: readonly KnownFinding[];
}

/** Parts the findings of a file into known and new ones. */
export function compareWithBaseline(
  baseline: Baseline,
  { file, diagnostics, sources }: LintResult & { readonly file: string },
): Compared {
  const left = new Map(
    baseline.findings.filter((known) => known.file === normal(file)).map((known) => [keyOf(known), known]),
  );
  const fresh: Diagnostic[] = [];
  const known: Diagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const finding = knownFinding(file, diagnostic, sources);
    const entry = finding === undefined ? undefined : left.get(keyOf(finding));
    if (entry === undefined || entry.count === 0) fresh.push(diagnostic);
    else {
      known.push(diagnostic);
      left.set(keyOf(entry), { ...entry, count: entry.count - 1 });
    }
  }
  return { fresh, known, gone: [...left.values()].filter(({ count }) => count > 0) };
}

const ruleCodes: ReadonlySet<string> = new Set(rules.map(({ code }) => code));

function knownFinding(
  file: string,
  { code, name, primary }: Diagnostic,
  sources: ReadonlyMap<string, string>,
): KnownFinding | undefined {
  if (!ruleCodes.has(code)) return undefined;
  const text = sources.get(primary.place.file) ?? "";
  const { line } = createLineTable(text).position(primary.place.start);
  return { file: normal(file), rule: name, line: (text.split("\n")[line - 1] ?? "").trim(), count: 1 };
}

function keyOf({ file, rule, line }: KnownFinding): string {
  return JSON.stringify([file, rule, line]);
}

/** `./a.llnet` and `a.llnet` are one file. */
function normal(file: string): string {
  return file.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "");
}

function isKnownFinding(value: unknown): value is KnownFinding {
  if (typeof value !== "object" || value === null) return false;
  const { file, rule, line, count } = value as Record<string, unknown>;
  return (
    typeof file === "string" && typeof rule === "string" && typeof line === "string" && Number.isSafeInteger(count)
  );
}
