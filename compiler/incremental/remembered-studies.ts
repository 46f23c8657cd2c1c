/** Studies found to be right, for as long as nothing they are made of changes. */
import type { AblateDeclaration } from "../../grammar/index.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import { checkStudy } from "../ablate/check-studies.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { References } from "./references.ts";

export interface KnownStudy {
  readonly declaration: AblateDeclaration;
  readonly key: string;
  /** Absent for "not yet". */
  found: readonly Diagnostic[] | undefined;
  /** What was said of the study of this name in the text before. */
  readonly before: readonly Diagnostic[];
}

export interface RememberedStudies {
  entries(project: ResolvedProject): readonly KnownStudy[];
  /** In small steps, one per value that is tried. */
  check(entry: KnownStudy, project: ResolvedProject): Generator<undefined>;
}

export function createRememberedStudies(references: References): RememberedStudies {
  let last: readonly KnownStudy[] = [];

  function keyOf(declaration: AblateDeclaration, project: ResolvedProject): string {
    const model = project.main.models.find(({ name }) => name.text === declaration.of.text);
    const ofModel = model === undefined ? "none" : references.closure(model, project);
    return `${references.closure(declaration, project)} of ${ofModel}`;
  }

  return {
    entries(project) {
      const right = new Map(last.flatMap((entry) => (entry.found?.length === 0 ? [[entry.key, entry]] : [])));
      const byName = new Map(last.map((entry) => [entry.declaration.name.text, entry]));
      last = project.main.tree.declarations.flatMap((declaration) => {
        if (declaration.kind !== "Ablate") return [];
        const key = keyOf(declaration, project);
        const known = right.get(key);
        if (known !== undefined) return [known];
        const replaced = byName.get(declaration.name.text);
        // What is wrong may be put in other words when any other name of the file changes, so it is looked at again.
        return [{ declaration, key, found: undefined, before: replaced?.found ?? replaced?.before ?? [] }];
      });
      return last;
    },
    *check(entry, project) {
      if (entry.found === undefined) entry.found = yield* checkStudy(project, entry.declaration);
    },
  };
}
