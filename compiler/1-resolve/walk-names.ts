/** Walks what the language can say and keeps its scopes: which names are defined where, and where they are used. */
import type { Span } from "../../grammar/span.ts";
import type {
  Address,
  BackboneStatement,
  BodyStatement,
  Expression,
  Name,
  Parameter,
  PipeStage,
} from "../../grammar/syntax-tree.ts";

/** Names of one surrounding and those around it; what is known of each is the visitor's. */
export interface Scope<Local> {
  readonly own: Map<string, Local>;
  readonly outer?: Scope<Local>;
}

export interface NameVisitor<Local> {
  /** A name that is defined in a scope; the visitor adds it. */
  define(name: Name, kind: "parameter" | "variable", scope: Scope<Local>): void;
  use(name: string, span: Span, scope: Scope<Local>): void;
  /** The type of a parameter. */
  type?(name: Name): void;
  /** The name of a named argument. */
  argument?(name: Name, callee: Expression): void;
}

export interface NameWalker<Local> {
  /** Returns the scope of the parameters; each default may name those before it. */
  parameters(items: readonly Parameter[], outer: Scope<Local>): Scope<Local>;
  body(statements: readonly BodyStatement[], outer: Scope<Local>): void;
  backbone(statements: readonly BackboneStatement[], outer: Scope<Local>): void;
  address(address: Address, names: Scope<Local>): void;
  expression(node: Expression | PipeStage, names: Scope<Local>): void;
}

export function createNameWalker<Local>(visitor: NameVisitor<Local>): NameWalker<Local> {
  const inside = (outer: Scope<Local>): Scope<Local> => ({ own: new Map(), outer });

  function withVariable(name: Name, outer: Scope<Local>): Scope<Local> {
    const names = inside(outer);
    visitor.define(name, "variable", names);
    return names;
  }

  function parameters(items: readonly Parameter[], outer: Scope<Local>): Scope<Local> {
    const names = inside(outer);
    for (const parameter of items) {
      if (parameter.default !== undefined) expression(parameter.default, names);
      if (parameter.type !== undefined) visitor.type?.(parameter.type);
      visitor.define(parameter.name, "parameter", names);
    }
    return names;
  }

  function body(statements: readonly BodyStatement[], outer: Scope<Local>): void {
    const names = inside(outer);
    for (const statement of statements) bodyStatement(statement, names);
  }

  function bodyStatement(statement: BodyStatement, names: Scope<Local>): void {
    switch (statement.kind) {
      case "Let":
      case "Tap":
      case "Shared":
        expression(statement.value, names);
        return visitor.define(statement.name, "variable", names);
      case "Loss":
        expression(statement.value, names);
        if (statement.weight !== undefined) expression(statement.weight, names);
        if (statement.reach !== undefined) expression(statement.reach.count, names);
        return;
      case "Return":
        return expression(statement.value, names);
      case "For":
        expression(statement.over, names);
        return body(statement.body, withVariable(statement.variable, names));
      case "IfStatement":
        expression(statement.condition, names);
        body(statement.then, names);
        return body(statement.else, names);
    }
  }

  function backbone(statements: readonly BackboneStatement[], outer: Scope<Local>): void {
    const names = inside(outer);
    for (const statement of statements) backboneStatement(statement, names);
  }

  function backboneStatement(statement: BackboneStatement, names: Scope<Local>): void {
    switch (statement.kind) {
      case "Let":
        expression(statement.value, names);
        return visitor.define(statement.name, "variable", names);
      case "Unit":
        address(statement.address, names);
        if (statement.pipeline !== undefined) expression(statement.pipeline, names);
        {
          const inner = inside(names);
          if (statement.input !== undefined) visitor.define(statement.input, "parameter", inner);
          return body(statement.body ?? [], inner);
        }
      case "Group":
        address(statement.address, names);
        return backbone(statement.body, names);
      case "For":
        expression(statement.over, names);
        return backbone(statement.body, withVariable(statement.variable, names));
      case "IfStatement":
        expression(statement.condition, names);
        backbone(statement.then, names);
        return backbone(statement.else, names);
    }
  }

  function address({ parts }: Address, names: Scope<Local>): void {
    for (const { index } of parts) if (index !== undefined) expression(index, names);
  }

  function expression(node: Expression | PipeStage, names: Scope<Local>): void {
    switch (node.kind) {
      case "Number":
      case "String":
      case "Boolean":
      case "Placeholder":
      case "Missing":
        return;
      case "Reference":
        return visitor.use(node.name, node.span, names);
      case "List":
        for (const item of node.items) expression(item, names);
        return;
      case "Comprehension":
        expression(node.over, names);
        return expression(node.item, withVariable(node.variable, names));
      case "Range":
        expression(node.from, names);
        return expression(node.to, names);
      case "Member":
        return expression(node.object, names);
      case "Index":
        expression(node.object, names);
        return expression(node.index, names);
      case "Call":
        expression(node.callee, names);
        for (const argument of node.arguments) {
          if (argument.name !== undefined) visitor.argument?.(argument.name, node.callee);
          expression(argument.value, names);
        }
        return;
      case "Pipe":
        expression(node.input, names);
        return expression(node.stage, names);
      case "PipeLoop":
        expression(node.over, names);
        return expression(node.body, withVariable(node.variable, names));
      case "Unary":
        return expression(node.operand, names);
      case "Binary":
        expression(node.left, names);
        return expression(node.right, names);
      case "If":
        expression(node.condition, names);
        expression(node.then, names);
        return expression(node.else, names);
      case "Match":
        expression(node.subject, names);
        for (const arm of node.arms) {
          expression(arm.pattern, names);
          expression(arm.value, names);
        }
        if (node.otherwise !== undefined) expression(node.otherwise, names);
        return;
      case "Lambda": {
        const inner = inside(names);
        for (const parameter of node.parameters) visitor.define(parameter, "parameter", inner);
        return expression(node.body, inner);
      }
    }
  }

  return { parameters, body, backbone, address, expression };
}

/** What is known of a name where it stands; undefined where it is none of the scopes'. */
export function findLocal<Local>(name: string, names: Scope<Local>): { readonly local: Local } | undefined {
  for (let scope: Scope<Local> | undefined = names; scope; scope = scope.outer) {
    if (scope.own.has(name)) return { local: scope.own.get(name) as Local };
  }
  return undefined;
}
