/** `skip when …`: a condition over the values of axes. */
import type { AblationValue, Expression, SplitClause } from "../../grammar/syntax-tree.ts";
import { checkExpression } from "../1-resolve/check-names.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import { createEvaluation } from "../2-elaborate/create-evaluation.ts";
import { fileScope } from "../2-elaborate/scope.ts";
import { describe } from "../2-elaborate/value.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import type { Cell, Condition } from "./draft.ts";
import { calleeOf, valueKey } from "./value-text.ts";

/** The words a path can begin with. */
const roots = ["input", "classes", "backbone", "split", "heads", "context", "train", "readout"];
/** What a path's value can be besides an expression of the file's names. */
const words = [...roots, "off", "final", "exit", "ensemble", "recompute", "sequential", "simultaneous", "parallel"];

export interface ConditionReader {
  /** Whether the combination is to be left out; undefined where the condition is wrong, which has been reported. */
  holds(condition: Condition, cells: ReadonlyMap<string, Cell>): boolean | undefined;
}

/**
 * Paths stand for their values. Numbers, strings and lists are compared and computed with as everywhere; heads, backbones
 * and other calls are compared with `==` and `!=`, where a name alone stands for every call of it. Of a split,
 * `split.modules` is the number of modules and `split.measure` what `by` names.
 */
export function createConditionReader(project: ResolvedProject, diagnostics: Diagnostic[]): ConditionReader {
  const { main } = project;
  const wrong = new Set<Condition>();
  const checked = new Set<Condition>();

  return {
    holds(condition, cells) {
      if (wrong.has(condition)) return undefined;
      const before = diagnostics.length;
      if (!checked.has(condition)) {
        checked.add(condition);
        diagnostics.push(...checkExpression(condition.node, main, main.path, words));
      }
      const node = diagnostics.length > before ? undefined : substitute(condition.node, cells);
      if (node !== undefined && diagnostics.length === before) {
        const evaluation = createEvaluation(project);
        const value = evaluation.evaluate(node, fileScope(main));
        diagnostics.push(...evaluation.diagnostics);
        if (value.kind === "boolean" && diagnostics.length === before) return value.value;
        if (value.kind !== "unknown" && value.kind !== "boolean")
          report("wrong-condition", { found: describe(value) }, condition.node);
      }
      wrong.add(condition);
      return undefined;
    },
  };

  function substitute(node: Expression, cells: ReadonlyMap<string, Cell>): Expression {
    if (node.kind === "Binary" && (node.operator === "==" || node.operator === "!=")) {
      const [left, right] = [cellOf(node.left, cells), cellOf(node.right, cells)];
      const whole = left ?? right;
      if (whole !== undefined && !(isPlain(left?.node ?? node.left) && isPlain(right?.node ?? node.right))) {
        const other = left === undefined ? node.left : (right?.node ?? node.right);
        const isEqual = means(whole.node, other);
        return { kind: "Boolean", span: node.span, value: isEqual === (node.operator === "==") };
      }
    }
    const path = pathOf(node);
    if (path !== undefined && roots.includes(path.split(".")[0] as string)) return valueAt(path, node, cells);
    const changed = Object.entries(node).map(([key, value]) => [key, deep(value, cells)]);
    return Object.fromEntries(changed) as Expression;
  }

  /** Expressions inside an expression, wherever they stand. */
  function deep(value: unknown, cells: ReadonlyMap<string, Cell>): unknown {
    if (Array.isArray(value)) return value.map((item) => deep(item, cells));
    if (typeof value !== "object" || value === null || !("span" in value)) return value;
    return substitute(value as Expression, cells);
  }

  function valueAt(path: string, node: Expression, cells: ReadonlyMap<string, Cell>): Expression {
    const cell = cells.get(path);
    const split = cells.get("split")?.node;
    if (cell !== undefined && isExpression(cell.node) && isPlain(cell.node)) return { ...cell.node, span: node.span };
    if (path === "split.modules" && split !== undefined && !isExpression(split)) return modulesOf(split, node.span);
    if (path === "split.measure" && split?.kind === "SplitInto")
      return { kind: "String", span: node.span, value: split.measure?.text ?? "units" };
    if (path === "split.measure" && split?.kind === "SplitAfter")
      return { kind: "String", span: node.span, value: "addresses" };
    if (cell === undefined) {
      const known = [...cells.keys(), ...(split === undefined ? [] : ["split.modules", "split.measure"])];
      const help = didYouMean(path, known) ?? `it varies ${known.map((each) => `\`${each}\``).join(", ")}`;
      report("not-varied", { path }, node, help);
    } else {
      const help =
        path === "split"
          ? "write `split.modules`, the number of modules, or `split.measure`"
          : `write \`${path} == …\` or \`${path} != …\``;
      report("incomparable", { path }, node, help);
    }
    return { kind: "Missing", span: node.span };
  }

  function report<Name extends "wrong-condition" | "not-varied" | "incomparable">(
    name: Name,
    facts: Parameters<typeof diagnose<Name>>[1],
    { span }: Expression,
    help?: string,
  ): void {
    const place = { file: main.path, start: span.start, end: span.end };
    diagnostics.push(diagnose(name, facts, { place, ...(help !== undefined && { help }) }));
  }
}

function modulesOf(split: SplitClause, span: Expression["span"]): Expression {
  if (split.kind === "SplitInto") return { ...split.count, span };
  return { kind: "Number", span, value: split.addresses.length + 1, isInteger: true };
}

/** `heads.local.reconstruct` where it is one path. */
function pathOf(node: Expression): string | undefined {
  if (node.kind === "Reference") return node.name;
  const object = node.kind === "Member" ? pathOf(node.object) : undefined;
  return node.kind === "Member" && object !== undefined ? `${object}.${node.name.text}` : undefined;
}

function cellOf(node: Expression, cells: ReadonlyMap<string, Cell>): Cell | undefined {
  const path = pathOf(node);
  return path === undefined ? undefined : cells.get(path);
}

function isExpression(node: AblationValue): node is Expression {
  return node.kind !== "SplitInto" && node.kind !== "SplitAfter";
}

/** What the language computes with: no names, no calls. */
function isPlain(node: AblationValue): boolean {
  switch (node.kind) {
    case "Number":
    case "String":
    case "Boolean":
      return true;
    case "List":
      return node.items.every(isPlain);
    case "Unary":
      return isPlain(node.operand);
    case "Binary":
      return isPlain(node.left) && isPlain(node.right);
    default:
      return false;
  }
}

/** A name alone stands for every call of it. */
function means(value: AblationValue, pattern: AblationValue): boolean {
  if (pattern.kind === "Reference") return calleeOf(value) === pattern.name;
  return valueKey(value) === valueKey(pattern);
}
