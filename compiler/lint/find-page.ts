/** Where the pages of rules and diagnostics are found. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { syntaxProblemNames } from "../../grammar/index.ts";
import { catalogue } from "../diagnostics/catalogue.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import { findPackageRoot } from "../source/package-root.ts";
import { rules } from "./registry.ts";

/** What can be explained: a diagnostic of the compiler or a lint rule. */
export interface Topic {
  readonly code: string;
  readonly name: string;
  /** `docs/rules/lone-stem.md`, relative to llnet's own folder. */
  readonly path: string;
}

export function everyTopic(): readonly Topic[] {
  const page = (code: string, name: string): Topic => ({ code, name, path: `docs/diagnostics/${code}.md` });
  return [
    ...Object.entries(syntaxProblemNames).map(([code, name]) => page(code, name)),
    ...Object.entries(catalogue).map(([name, { code }]) => page(code, name)),
    ...rules.map(({ code, name }) => ({ code, name, path: `docs/rules/${name}.md` })),
  ];
}

export type FoundPage =
  | { readonly topic: Topic; readonly text: string }
  /** There is such a code, and no page yet. */
  | { readonly topic: Topic }
  | { readonly help?: string };

/** The page of a code or a name, however it is capitalised. */
export function findPage(wanted: string): FoundPage {
  const topics = everyTopic();
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
