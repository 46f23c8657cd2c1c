/** Every name written in a declaration, and what it stands for: something local, or a name of the file. */
import {
  type Address,
  type BackboneStatement,
  type BodyStatement,
  type Declaration,
  type Expression,
  type Name,
  type Parameter,
  type PipeStage,
  type Span,
  visit,
} from "../../grammar/index.ts";

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

interface Names {
  readonly own: Map<string, { readonly name: Name; readonly kind: "parameter" | "variable" }>;
  readonly outer?: Names;
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
  const inside = (outer?: Names): Names => ({ own: new Map(), ...(outer && { outer }) });
  const top = inside();

  function define(name: Name, kind: "parameter" | "variable", names: Names): void {
    names.own.set(name.text, { name, kind });
    found.push({ span: name.span, name: name.text, role: "definition", local: name, kind });
  }

  function use(name: string, span: Span, names: Names): void {
    for (let at: Names | undefined = names; at; at = at.outer) {
      const local = at.own.get(name);
      if (local === undefined) continue;
      found.push({ span, name, role: "use", local: local.name, kind: local.kind });
      return;
    }
    found.push({ span, name, role: "use" });
  }

  function parameters(items: readonly Parameter[]): Names {
    const names = inside(top);
    for (const item of items) {
      if (item.default !== undefined) expression(item.default, names);
      define(item.name, "parameter", names);
    }
    return names;
  }

  function body(statements: readonly BodyStatement[], outer: Names): void {
    const names = inside(outer);
    for (const statement of statements) {
      switch (statement.kind) {
        case "Let":
        case "Tap":
        case "Shared":
          expression(statement.value, names);
          define(statement.name, "variable", names);
          break;
        case "Loss":
          expression(statement.value, names);
          if (statement.weight !== undefined) expression(statement.weight, names);
          if (statement.reach !== undefined) expression(statement.reach.count, names);
          break;
        case "Return":
          expression(statement.value, names);
          break;
        case "For": {
          expression(statement.over, names);
          const inner = inside(names);
          define(statement.variable, "variable", inner);
          body(statement.body, inner);
          break;
        }
        case "IfStatement":
          expression(statement.condition, names);
          body(statement.then, names);
          body(statement.else, names);
      }
    }
  }

  function backbone(statements: readonly BackboneStatement[], outer: Names): void {
    const names = inside(outer);
    for (const statement of statements) {
      switch (statement.kind) {
        case "Let":
          expression(statement.value, names);
          define(statement.name, "variable", names);
          break;
        case "Unit": {
          address(statement.address, names);
          if (statement.pipeline !== undefined) expression(statement.pipeline, names);
          const inner = inside(names);
          if (statement.input !== undefined) define(statement.input, "parameter", inner);
          body(statement.body ?? [], inner);
          break;
        }
        case "Group":
          address(statement.address, names);
          backbone(statement.body, names);
          break;
        case "For": {
          expression(statement.over, names);
          const inner = inside(names);
          define(statement.variable, "variable", inner);
          backbone(statement.body, inner);
          break;
        }
        case "IfStatement":
          expression(statement.condition, names);
          backbone(statement.then, names);
          backbone(statement.else, names);
      }
    }
  }

  function address({ parts }: Address, names: Names): void {
    for (const { index } of parts) if (index !== undefined) expression(index, names);
  }

  function expression(node: Expression | PipeStage, names: Names): void {
    switch (node.kind) {
      case "Reference":
        return use(node.name, node.span, names);
      case "Call":
        expression(node.callee, names);
        for (const argument of node.arguments) {
          const callee = node.callee.kind === "Reference" ? node.callee.name : undefined;
          if (argument.name !== undefined && callee !== undefined)
            found.push({ span: argument.name.span, name: argument.name.text, role: "argument", callee });
          expression(argument.value, names);
        }
        return;
      case "Comprehension": {
        expression(node.over, names);
        const inner = inside(names);
        define(node.variable, "variable", inner);
        return expression(node.item, inner);
      }
      case "PipeLoop": {
        expression(node.over, names);
        const inner = inside(names);
        define(node.variable, "variable", inner);
        return expression(node.body, inner);
      }
      case "Lambda": {
        const inner = inside(names);
        for (const parameter of node.parameters) define(parameter, "parameter", inner);
        return expression(node.body, inner);
      }
      case "Member":
        return expression(node.object, names);
      case "Pipe":
        expression(node.input, names);
        return expression(node.stage, names);
      case "Match":
        expression(node.subject, names);
        for (const { pattern, value } of node.arms) {
          expression(pattern, names);
          expression(value, names);
        }
        if (node.otherwise !== undefined) expression(node.otherwise, names);
        return;
      case "List":
        for (const item of node.items) expression(item, names);
        return;
      case "Range":
        expression(node.from, names);
        return expression(node.to, names);
      case "Index":
        expression(node.object, names);
        return expression(node.index, names);
      case "Unary":
        return expression(node.operand, names);
      case "Binary":
        expression(node.left, names);
        return expression(node.right, names);
      case "If":
        expression(node.condition, names);
        expression(node.then, names);
        return expression(node.else, names);
    }
  }

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
      expression(declaration.body, parameters(declaration.parameters));
      break;
    case "Block":
    case "Head":
      body(declaration.body, parameters(declaration.parameters));
      break;
    case "Backbone":
      backbone(declaration.body, parameters(declaration.parameters));
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
