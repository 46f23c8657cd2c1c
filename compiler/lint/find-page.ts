/** Where the pages of rules and diagnostics are found. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { syntaxProblemNames } from "../../grammar/index.ts";
import { catalogue } from "../diagnostics/catalogue.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import { findPackageRoot } from "../source/package-root.ts";
import { rules } from "./registry.ts";

/** What can be explained: a diagnostic or a lint rule. */
export interface Topic {
  readonly code: string;
  readonly name: string;
  /** `docs/rules/lone-stem.md`, relative to llnet's own folder. */
  readonly path: string;
}

/** All of the compiler and the linter. */
export function everyTopic(): readonly Topic[] {
  return [
    ...diagnosticTopics(syntaxProblemNames),
    ...Object.entries(catalogue).map(([name, { code }]) => diagnosticTopic(code, name)),
    ...rules.map(({ code, name }) => ({ code, name, path: `docs/rules/${name}.md` })),
  ];
}

/** The topics of codes with their names: what others than the compiler report. */
export function diagnosticTopics(names: Readonly<Record<string, string>>): readonly Topic[] {
  return Object.entries(names).map(([code, name]) => diagnosticTopic(code, name));
}

function diagnosticTopic(code: string, name: string): Topic {
  return { code, name, path: `docs/diagnostics/${code}.md` };
}

export type FoundPage =
  | { readonly topic: Topic; readonly text: string }
  /** There is such a code, and no page yet. */
  | { readonly topic: Topic }
  | { readonly help?: string };

/** The page of a code or a name, however it is capitalised; `others` are topics beside those of the compiler. */
export function findPage(wanted: string, others: readonly Topic[] = []): FoundPage {
  const topics = [...everyTopic(), ...others];
  const word = wanted.toLowerCase();
  const topic = topics.find(({ code, name }) => code.toLowerCase() === word || name === word);
  if (topic === undefined) {
    const help = didYouMean(
      wanted,
      topics.flatMap(({ code, name }) => [code, name]),
    );
    return help === undefined ? {} : { help };
  }
  const root = findPackageRoot(ownFile());
  const path = root === undefined ? undefined : join(root, topic.path);
  return path === undefined || !existsSync(path) ? { topic } : { topic, text: readFileSync(path, "utf8") };
}

/** This module's own file; a CommonJS bundle has no `import.meta.url` but a `__filename`. */
function ownFile(): string {
  const url: string | undefined = import.meta.url;
  return url !== undefined && url !== "" ? fileURLToPath(url) : __filename;
}
