/** Every name written in a declaration, and what it stands for: something local, or a name of the file. */
import { createNameWalker, findLocal, type Scope } from "../../compiler/1-resolve/walk-names.ts";
import { type Declaration, type Expression, type Name, type Span, visit } from "../../grammar/index.ts";

export interface Occurrence {
  readonly span: Span;
  readonly name: string;
  readonly role: "declaration" | "definition" | "use" | "argument" | "import" | "recipe" | "model";
  /** Where it is defined inside the declaration; absent for names of the file. */
  readonly local?: Name;
  readonly kind?: "parameter" | "variable";
  /** Of a named argument: what is called. */
  readonly callee?: string;
}

interface Local {
  readonly name: Name;
  readonly kind: "parameter" | "variable";
}

const known = new WeakMap<Declaration, readonly Occurrence[]>();

export function occurrencesIn(declaration: Declaration): readonly Occurrence[] {
  const before = known.get(declaration);
  if (before !== undefined) return before;
  const found = collect(declaration).filter(({ name }) => name !== "");
  known.set(declaration, found);
  return found;
}

function collect(declaration: Declaration): Occurrence[] {
  const found: Occurrence[] = [];
  const top: Scope<Local> = { own: new Map() };
  const { parameters, body, backbone, expression } = createNameWalker<Local>({
    define(name, kind, names) {
      names.own.set(name.text, { name, kind });
      found.push({ span: name.span, name: name.text, role: "definition", local: name, kind });
    },
    use(name, span, names) {
      const local = findLocal(name, names)?.local;
      found.push({ span, name, role: "use", ...(local && { local: local.name, kind: local.kind }) });
    },
    argument({ text, span }, callee) {
      if (callee.kind === "Reference") found.push({ span, name: text, role: "argument", callee: callee.name });
    },
  });

  if (declaration.kind === "Import") {
    for (const { text, span } of declaration.names) found.push({ span, name: text, role: "import" });
    return found;
  }
  found.push({ span: declaration.name.span, name: declaration.name.text, role: "declaration" });
  switch (declaration.kind) {
    case "Let":
      expression(declaration.value, top);
      break;
    case "Function":
      expression(declaration.body, parameters(declaration.parameters, top));
      break;
    case "Block":
    case "Head":
      body(declaration.body, parameters(declaration.parameters, top));
      break;
    case "Backbone":
      backbone(declaration.body, parameters(declaration.parameters, top));
      break;
    default:
      // Recipes, models and ablations define nothing inside, but for functions without a name.
      visit(declaration, {
        Train: ({ recipe }) => recipe && found.push({ span: recipe.span, name: recipe.text, role: "recipe" }),
        Ablate: ({ of }) => found.push({ span: of.span, name: of.text, role: "model" }),
        enter: (node) => {
          if (node.kind === "Address" || node.kind === "Path") return false;
          if (!isExpression(node.kind)) return true;
          expression(node as Expression, top);
          return false;
        },
      });
  }
  return found;
}

const expressionKinds = new Set(
  "Reference List Comprehension Range Member Index Call Pipe Unary Binary If Match Lambda".split(" "),
);

function isExpression(kind: string): boolean {
  return expressionKinds.has(kind);
}
