/**
 * A syntax tree as text without places, for goldens and debugging: one line per statement, indented by nesting,
 * expressions as `(operation part part)`.
 *
 *     (block basic [x width:int stride=1]
 *       (let body (pipe x (call conv width 3 stride=stride) relu))
 *       (return (call relu (+ body skip))))
 */
import type {
  AblateItem,
  AblationValue,
  Address,
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
  SplitClause,
  SyntaxTree,
} from "./syntax-tree.ts";

export function printTree(tree: SyntaxTree): string {
  return tree.declarations.map((declaration) => `${printDeclaration(declaration)}\n`).join("");
}

export function printDeclaration(node: Declaration): string {
  if (node.kind === "Import") return `(import [${node.names.map(name).join(" ")}] ${JSON.stringify(node.from)})`;
  if (node.kind === "Let") return statement(node);
  const documentation =
    node.documentation
      ?.split("\n")
      .map((line) => `/// ${line}\n`)
      .join("") ?? "";
  switch (node.kind) {
    case "Function":
      return `${documentation}(fn ${name(node.name)} ${parameters(node.parameters)} ${printExpression(node.body)})`;
    case "Block":
    case "Head":
    case "Backbone": {
      const body: readonly (BodyStatement | BackboneStatement)[] = node.body;
      const head = `${node.kind.toLowerCase()} ${name(node.name)} ${parameters(node.parameters)}`;
      return documentation + nested(head, body.map(statement));
    }
    case "Recipe":
      return documentation + nested(`recipe ${name(node.name)}`, node.fields.map(field));
    case "Model":
      return documentation + nested(`model ${name(node.name)}`, node.items.map(modelItem));
    case "Ablate":
      return documentation + nested(`ablate ${name(node.name)} of ${name(node.of)}`, node.items.map(ablateItem));
    default:
      return assertNever(node);
  }
}

function statement(node: BodyStatement | BackboneStatement): string {
  switch (node.kind) {
    case "Let": {
      const documentation =
        node.documentation
          ?.split("\n")
          .map((line) => `/// ${line}\n`)
          .join("") ?? "";
      return `${documentation}(let ${name(node.name)} ${printExpression(node.value)})`;
    }
    case "Tap":
    case "Shared":
      return `(${node.kind.toLowerCase()} ${name(node.name)} ${printExpression(node.value)})`;
    case "Loss": {
      const weight = node.weight === undefined ? "" : ` weight ${printExpression(node.weight)}`;
      const { reach } = node;
      const reached =
        reach === undefined ? "" : ` reach ${printExpression(reach.count)}${reach.inUnits ? " units" : ""}`;
      return `(loss ${name(node.name)} ${printExpression(node.value)}${weight}${reached})`;
    }
    case "Return":
      return `(return ${printExpression(node.value)})`;
    case "For": {
      const body: readonly (BodyStatement | BackboneStatement)[] = node.body;
      return nested(`for ${name(node.variable)} ${printExpression(node.over)}`, body.map(statement));
    }
    case "IfStatement": {
      const chosen: readonly (BodyStatement | BackboneStatement)[] = node.then;
      const otherwise: readonly (BodyStatement | BackboneStatement)[] = node.else;
      const parts = [nested("then", chosen.map(statement))];
      if (otherwise.length > 0) parts.push(nested("else", otherwise.map(statement)));
      return nested(`if ${printExpression(node.condition)}`, parts);
    }
    case "Unit":
      if (node.body === undefined) return `(unit ${address(node.address)} ${optional(node.pipeline)})`;
      return nested(
        `unit ${address(node.address)} [${node.input === undefined ? "" : name(node.input)}]`,
        node.body.map(statement),
      );
    case "Group":
      return nested(`group ${address(node.address)}`, node.body.map(statement));
    default:
      return assertNever(node);
  }
}

function modelItem(node: ModelItem): string {
  switch (node.kind) {
    case "Input":
      return `(input ${printExpression(node.shape)})`;
    case "Classes":
      return `(classes ${printExpression(node.count)})`;
    case "UseBackbone":
      return `(backbone ${printExpression(node.value)})`;
    case "Split": {
      const together = node.together.map((units) => ` with [${units.map(address).join(" ")}]`).join("");
      return `(split ${splitClause(node.split)}${together})`;
    }
    case "Heads":
    case "Context":
      return nested(node.kind.toLowerCase(), node.entries.map(entry));
    case "Train":
      return nested(node.recipe === undefined ? "train" : `train ${name(node.recipe)}`, node.fields.map(field));
    case "Readout":
      return `(readout ${printExpression(node.value)})`;
    default:
      return assertNever(node);
  }
}

function ablateItem(node: AblateItem): string {
  switch (node.kind) {
    case "Vary": {
      const rows = node.rows.map((row) =>
        row.length === 1 ? row.map(ablationValue).join(" ") : `(${row.map(ablationValue).join(" ")})`,
      );
      return nested(`vary ${node.paths.map(path).join(" ")}`, rows);
    }
    case "Repeat":
      return `(repeat ${path(node.path)} ${printExpression(node.values)})`;
    case "Skip":
      return `(skip ${printExpression(node.condition)})`;
    case "Compare":
      return `(compare ${path(node.path)} ${ablationValue(node.value)})`;
    default:
      return assertNever(node);
  }
}

function ablationValue(node: AblationValue): string {
  return node.kind === "SplitInto" || node.kind === "SplitAfter" ? `(${splitClause(node)})` : printExpression(node);
}

function splitClause(node: SplitClause): string {
  if (node.kind === "SplitAfter") return `after ${node.addresses.map(address).join(" ")}`;
  return `into ${printExpression(node.count)}${node.measure === undefined ? "" : ` by ${name(node.measure)}`}`;
}

/** One expression on one line. */
export function printExpression(node: Expression | PipeStage): string {
  switch (node.kind) {
    case "Number":
      return node.isInteger || !Number.isInteger(node.value) ? String(node.value) : node.value.toFixed(1);
    case "String":
      return JSON.stringify(node.value);
    case "Boolean":
      return String(node.value);
    case "Reference":
      return node.name;
    case "Placeholder":
      return "_";
    case "Missing":
      return "<missing>";
    case "List":
      return `[${node.items.map(printExpression).join(" ")}]`;
    case "Comprehension":
      return `[${printExpression(node.item)} for ${name(node.variable)} in ${printExpression(node.over)}]`;
    case "Range":
      return `(.. ${printExpression(node.from)} ${printExpression(node.to)})`;
    case "Member":
      return `(. ${printExpression(node.object)} ${name(node.name)})`;
    case "Index":
      return `(index ${printExpression(node.object)} ${printExpression(node.index)})`;
    case "Call": {
      const given = node.arguments.map(
        (argument) =>
          ` ${argument.name === undefined ? "" : `${name(argument.name)}=`}${printExpression(argument.value)}`,
      );
      return `(call ${printExpression(node.callee)}${given.join("")})`;
    }
    case "Pipe":
      return `(pipe ${pipeSteps(node).map(printExpression).join(" ")})`;
    case "PipeLoop":
      return `(for ${name(node.variable)} ${printExpression(node.over)} ${printExpression(node.body)})`;
    case "Unary":
      return `(${node.operator} ${printExpression(node.operand)})`;
    case "Binary":
      return `(${node.operator} ${printExpression(node.left)} ${printExpression(node.right)})`;
    case "If":
      return `(if ${printExpression(node.condition)} ${printExpression(node.then)} ${printExpression(node.else)})`;
    case "Match": {
      const arms = node.arms.map((arm) => ` (${printExpression(arm.pattern)} ${printExpression(arm.value)})`).join("");
      const otherwise = node.otherwise === undefined ? "" : ` (else ${printExpression(node.otherwise)})`;
      return `(match ${printExpression(node.subject)}${arms}${otherwise})`;
    }
    case "Lambda":
      return `(lambda [${node.parameters.map(name).join(" ")}] ${printExpression(node.body)})`;
    default:
      return assertNever(node);
  }
}

function pipeSteps(node: Expression): readonly (Expression | PipeStage)[] {
  const steps: (Expression | PipeStage)[] = [];
  let input = node;
  for (; input.kind === "Pipe"; input = input.input) steps.push(input.stage);
  return [input, ...steps.reverse()];
}

function nested(head: string, parts: readonly string[]): string {
  const lines = parts.flatMap((part) => part.split("\n")).map((line) => `\n  ${line}`);
  return `(${head}${lines.join("")})`;
}

const optional = (node: Expression | undefined): string => (node === undefined ? "<missing>" : printExpression(node));
const field = (node: Field): string => `${name(node.name)}: ${printExpression(node.value)}`;
const path = (node: Path): string => node.parts.map(name).join(".");
const name = (node: Name): string => (node.text === "" ? "<missing>" : node.text);

function entry(node: SelectorEntry): string {
  return `${printExpression(node.selector)}: ${node.value === undefined ? "off" : printExpression(node.value)}`;
}

function address(node: Address): string {
  const parts = node.parts.map(
    (part) => name(part.name) + (part.index === undefined ? "" : `[${printExpression(part.index)}]`),
  );
  return parts.join(".");
}

function parameters(nodes: readonly Parameter[]): string {
  const printed = nodes.map((node) => {
    const type = node.type === undefined ? "" : `:${name(node.type)}`;
    return `${name(node.name)}${type}${node.default === undefined ? "" : `=${printExpression(node.default)}`}`;
  });
  return `[${printed.join(" ")}]`;
}

function assertNever(node: never): never {
  throw new Error(`no such kind of syntax node: ${JSON.stringify(node)}`);
}
