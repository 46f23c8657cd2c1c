import { nearNames } from "../diagnostics/near-names.ts";
import { findOperation, operations } from "../operations/registry.ts";
import { builtInFunctions, headWords } from "./built-in-names.ts";
import { kindWord, type ResolvedFile } from "./resolved-project.ts";
import type { Scope } from "./walk-names.ts";

interface Surroundings {
  readonly file: ResolvedFile;
  /** Files that could be imported. */
  readonly library: readonly ResolvedFile[];
}

/** "did you mean the block `basic`?" */
export function suggestName(name: string, names: Scope<unknown>, { file, library }: Surroundings): string | undefined {
  const local: string[] = [];
  for (let scope: Scope<unknown> | undefined = names; scope; scope = scope.outer) local.push(...scope.own.keys());
  const built: readonly string[] = [...builtInFunctions, ...operations.map((operation) => operation.name)];
  const home = library.find(({ values }) => values.has(name));
  if (home !== undefined) return `write \`import { ${name} } from "${home.path.replace(/\.llnet$/, "")}"\``;
  const elsewhere = new Map(
    library.flatMap(({ values, path }) =>
      [...values.keys()].map((key) => [key, path.replace(/\.llnet$/, "")] as const),
    ),
  );
  const near = nearNames(name, [...local, ...file.values.keys(), ...built, ...elsewhere.keys()]);
  if (near.length === 0)
    return (headWords as readonly string[]).includes(name) || name === "module"
      ? `\`${name}\` has a meaning only in heads`
      : undefined;
  const described = near.map((candidate) => {
    if (local.includes(candidate)) return `\`${candidate}\``;
    const definition = file.values.get(candidate);
    if (definition !== undefined) return `the ${kindWord(definition.declaration)} \`${candidate}\``;
    if (!built.includes(candidate)) return `\`${candidate}\` of "${elsewhere.get(candidate)}"`;
    return findOperation(candidate) !== undefined ? `the operation \`${candidate}\`` : `\`${candidate}\``;
  });
  const last = described.pop();
  return `did you mean ${described.length === 0 ? last : `${described.join(", ")} or ${last}`}?`;
}
