import type {
  AblateItem,
  AblationValue,
  Address,
  Argument,
  BackboneStatement,
  BodyStatement,
  Declaration,
  Expression,
  Field,
  ModelItem,
  Name,
  Parameter,
  Path,
  PipeStage,
  SelectorEntry,
  SyntaxTree,
} from "./syntax-tree.ts";

/** Everything in a tree that has a `kind`. */
export type SyntaxNode =
  | SyntaxTree
  | Declaration
  | BodyStatement
  | BackboneStatement
  | ModelItem
  | AblateItem
  | AblationValue
  | PipeStage
  | Expression
  | Address
  | Argument
  | Field
  | Name
  | Parameter
  | Path
  | SelectorEntry;

/** One function per kind; `enter` sees every node first. Returning `false` from either passes over what is inside. */
export type SyntaxVisitor = {
  readonly [Kind in SyntaxNode["kind"]]?: (node: Extract<SyntaxNode, { kind: Kind }>) => unknown;
} & { readonly enter?: (node: SyntaxNode) => unknown };

/** Walks a tree in the order of the text, without recursion, so no input is too deep for it. */
export function visit(tree: SyntaxNode, visitor: SyntaxVisitor): void {
  const waiting: SyntaxNode[] = [tree];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (visitor.enter?.(node) === false) continue;
    const specific = visitor[node.kind] as ((node: SyntaxNode) => unknown) | undefined;
    if (specific?.(node) === false) continue;
    waiting.push(...children(node).reverse());
  }
}

/** The nodes directly inside, in the order of the text; a fresh array. */
export function children(node: SyntaxNode): SyntaxNode[] {
  switch (node.kind) {
    case "File":
      return [...node.declarations];
    case "Import":
      return [...node.names];
    case "Function":
      return [node.name, ...node.parameters, node.body];
    case "Block":
    case "Head":
    case "Backbone":
      return [node.name, ...node.parameters, ...node.body];
    case "Recipe":
      return [node.name, ...node.fields];
    case "Model":
      return [node.name, ...node.items];
    case "Ablate":
      return [node.name, node.of, ...node.items];
    case "Parameter":
      return present(node.name, node.type, node.default);
    case "Field":
    case "Let":
    case "Tap":
    case "Shared":
      return [node.name, node.value];
    case "Loss":
      return present(node.name, node.value, node.weight, node.reach?.count);
    case "Return":
    case "UseBackbone":
    case "Readout":
      return [node.value];
    case "For":
      return [node.variable, node.over, ...node.body];
    case "IfStatement":
      return [node.condition, ...node.then, ...node.else];
    case "Unit":
      return [node.address, ...present(node.pipeline, node.input), ...(node.body ?? [])];
    case "Group":
      return [node.address, ...node.body];
    case "Address":
      return node.parts.flatMap((part) => present(part.name, part.index));
    case "Input":
      return [node.shape];
    case "Classes":
      return [node.count];
    case "Split":
      return [node.split, ...node.together.flat()];
    case "SplitInto":
      return present(node.count, node.measure);
    case "SplitAfter":
      return [...node.addresses];
    case "Heads":
    case "Context":
      return [...node.entries];
    case "SelectorEntry":
      return present(node.selector, node.value);
    case "Train":
      return [...present(node.recipe), ...node.fields];
    case "Vary":
      return [...node.paths, ...node.rows.flat()];
    case "Repeat":
      return [node.path, node.values];
    case "Skip":
      return [node.condition];
    case "Compare":
      return [node.path, node.value];
    case "Path":
      return [...node.parts];
    case "List":
      return [...node.items];
    case "Comprehension":
      return [node.item, node.variable, node.over];
    case "Range":
      return [node.from, node.to];
    case "Member":
      return [node.object, node.name];
    case "Index":
      return [node.object, node.index];
    case "Call":
      return [node.callee, ...node.arguments];
    case "Argument":
      return present(node.name, node.value);
    case "Pipe":
      return [node.input, node.stage];
    case "PipeLoop":
      return [node.variable, node.over, node.body];
    case "Unary":
      return [node.operand];
    case "Binary":
      return [node.left, node.right];
    case "If":
      return [node.condition, node.then, node.else];
    case "Match":
      return [
        node.subject,
        ...node.arms.flatMap((arm) => [arm.pattern, arm.value]),
        ...(node.otherwise === undefined ? [] : [node.otherwise]),
      ];
    case "Lambda":
      return [...node.parameters, node.body];
    case "Name":
    case "Number":
    case "String":
    case "Boolean":
    case "Reference":
    case "Placeholder":
    case "Missing":
      return [];
    default:
      return assertNever(node);
  }
}

function present(...nodes: readonly (SyntaxNode | undefined)[]): SyntaxNode[] {
  return nodes.filter((node) => node !== undefined);
}

function assertNever(node: never): never {
  throw new Error(`no such kind of syntax node: ${JSON.stringify(node)}`);
}
