import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Declaration, type Parameter, parse } from "../../grammar/index.ts";
import { createFileHost } from "../source/file-host.ts";
import { findPackageRoot } from "../source/package-root.ts";

/** What a file of the standard library declares, for those who offer it to people. */
export interface LibraryDeclaration {
  readonly kind: "backbone" | "head" | "block" | "recipe" | "fn" | "let";
  readonly name: string;
  /** As imports name it: `std/heads`. */
  readonly file: string;
  readonly documentation: string;
  readonly parameters: readonly { readonly name: string; readonly isRequired: boolean }[];
}

/** All declarations of `std/`, in the order of the files and their texts. */
export function libraryDeclarations(): readonly LibraryDeclaration[] {
  const host = createFileHost();
  return libraryFiles().flatMap((file) => {
    const source = host.read(`${file}.llnet`);
    if (!("text" in source)) return [];
    return parse(source.text, `${file}.llnet`).tree.declarations.flatMap((each) => describe(each, file));
  });
}

function libraryFiles(): readonly string[] {
  const root = findPackageRoot(fileURLToPath(import.meta.url));
  if (root === undefined) return [];
  const names = readdirSync(join(root, "std")).filter((name) => name.endsWith(".llnet"));
  return names.sort().map((name) => `std/${name.slice(0, -".llnet".length)}`);
}

const kinds = {
  Backbone: "backbone",
  Head: "head",
  Block: "block",
  Recipe: "recipe",
  Function: "fn",
  Let: "let",
} as const;

function describe(declaration: Declaration, file: string): readonly LibraryDeclaration[] {
  if (declaration.kind === "Import" || declaration.kind === "Model" || declaration.kind === "Ablate") return [];
  const { kind, name, documentation = "" } = declaration;
  const parameters: readonly Parameter[] = "parameters" in declaration ? declaration.parameters : [];
  return [
    {
      kind: kinds[kind],
      name: name.text,
      file,
      documentation,
      parameters: parameters.map((each) => ({ name: each.name.text, isRequired: each.default === undefined })),
    },
  ];
}
