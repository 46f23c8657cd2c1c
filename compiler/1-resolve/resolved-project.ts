/**
 * The ResolvedProject: a file and everything it imports, with every name that can be looked up in a table.
 *
 *     project = main file, files by path, the implicit classifier
 *     file    = tree, values (own and imported), recipes, models
 */
import type {
  BackboneDeclaration,
  BlockDeclaration,
  Declaration,
  FunctionDeclaration,
  HeadDeclaration,
  LetStatement,
  ModelDeclaration,
  RecipeDeclaration,
  SyntaxTree,
} from "../../grammar/syntax-tree.ts";

export interface ResolvedProject {
  readonly main: ResolvedFile;
  /** The text of every file read, by path, for showing diagnostics. */
  readonly sources: ReadonlyMap<string, string>;
  /** `classifier` of `std/heads`: the head of a last module that names none. */
  readonly classifier: Definition | undefined;
  /** Declarations that use themselves, reported already; calling one is passed over in silence. */
  readonly recursive: ReadonlySet<Declaration>;
}

export interface ResolvedFile {
  readonly path: string;
  readonly tree: SyntaxTree;
  /** What a name in an expression can mean: `let`, `fn`, `block`, `head`, `backbone`; imported ones included. */
  readonly values: ReadonlyMap<string, Definition>;
  readonly recipes: ReadonlyMap<string, RecipeDefinition>;
  /** In the order written. */
  readonly models: readonly ModelDeclaration[];
  /** Models of other files, by name: for ablations, and for whoever asks for one by name. */
  readonly importedModels: ReadonlyMap<string, ModelDefinition>;
}

export type ValueDeclaration =
  | LetStatement
  | FunctionDeclaration
  | BlockDeclaration
  | HeadDeclaration
  | BackboneDeclaration;

export interface Definition {
  readonly declaration: ValueDeclaration;
  /** The file it is written in, where its own names are looked up. */
  readonly file: ResolvedFile;
}

export interface RecipeDefinition {
  readonly declaration: RecipeDeclaration;
  readonly file: ResolvedFile;
}

export interface ModelDefinition {
  readonly declaration: ModelDeclaration;
  readonly file: ResolvedFile;
}

/** `block`, `fn`, `let`: the word that begins the declaration. */
export function kindWord(declaration: Declaration): string {
  const words = {
    Import: "import",
    Let: "let",
    Function: "fn",
    Block: "block",
    Head: "head",
    Backbone: "backbone",
    Recipe: "recipe",
    Model: "model",
    Ablate: "ablate",
  } as const;
  return words[declaration.kind];
}
