/** What stands in models, recipes and ablations: labels in one column, values in the next. */
import type {
  AblateItem,
  AblationValue,
  Address,
  Field,
  ModelItem,
  Path,
  SelectorEntry,
  SplitClause,
  SplitItem,
  VaryItem,
} from "../../grammar/index.ts";
import { starterTypes } from "../../grammar/tokens.ts";
import {
  align,
  choice,
  concat,
  type Document,
  fill,
  group,
  hardLine,
  join,
  line,
  nest,
  softLine,
  widthOf,
} from "./document.ts";
import { expression, operand } from "./expressions.ts";
import { layout, lineWidth } from "./layout.ts";
import { levels } from "./precedence.ts";
import { braces, type Item } from "./rows.ts";
import { hasLineBreak, type Source } from "./source.ts";
import { address } from "./statements.ts";

export function modelItem(source: Source, node: ModelItem): Item {
  switch (node.kind) {
    case "Input":
      return { label: "input", value: expression(source, node.shape) };
    case "Classes":
      return { label: "classes", value: expression(source, node.count) };
    case "UseBackbone":
      return { label: "backbone", value: expression(source, node.value) };
    case "Split":
      return { label: "split", value: split(source, node) };
    case "Heads":
    case "Context": {
      const inside = braces(source, node.entries, node.span.end - 1, (entry) => selectorEntry(source, entry));
      return { value: concat(`${node.kind.toLowerCase()} `, inside), isBlock: node.entries.length > 0 };
    }
    case "Train": {
      if (node.recipe !== undefined && node.fields.length === 0 && !source.hasBefore(node.span.end))
        return { label: "train", value: node.recipe.text };
      const head = node.recipe === undefined ? "train " : `train ${node.recipe.text} `;
      return { value: concat(head, fields(source, node.fields, node.span.end)), isBlock: node.fields.length > 0 };
    }
    case "Readout":
      return { label: "readout:", value: expression(source, node.value) };
    default:
      return assertNever(node);
  }
}

export function fields(source: Source, nodes: readonly Field[], end: number): Document {
  return braces(source, nodes, end - 1, ({ name, value }) => ({
    label: `${name.text}:`,
    value: expression(source, value),
  }));
}

export function ablateItem(source: Source, node: AblateItem): Item {
  switch (node.kind) {
    case "Vary":
      return vary(source, node);
    case "Repeat":
      return { label: `repeat ${path(node.path)}:`, value: expression(source, node.values) };
    case "Skip":
      return { label: "skip when", value: expression(source, node.condition) };
    case "Compare":
      return { label: "compare to", value: concat(`${path(node.path)} = `, ablationValue(source, node.value)) };
    default:
      return assertNever(node);
  }
}

function split(source: Source, node: SplitItem): Document {
  const clause = splitClause(source, node.split);
  const together = node.together.map((units) =>
    concat(
      "with ",
      join(
        units.map((unit) => address(source, unit)),
        " + ",
      ),
    ),
  );
  return group(align(join([clause, ...together], line)));
}

function splitClause(source: Source, node: SplitClause): Document {
  if (node.kind === "SplitInto") {
    const measure = node.measure === undefined ? "" : ` by ${node.measure.text}`;
    return concat("into ", expression(source, node.count), measure);
  }
  return concat("after ", align(addressList(source, node.addresses)));
}

/** As many to a line as fit, or the lines the author made, such as one per stage. */
function addressList(source: Source, nodes: readonly Address[]): Document {
  const last = nodes.length - 1;
  const written = nodes.map((each, index) => concat(address(source, each), index === last ? "" : ","));
  const filled = fill(written.flatMap((each, index) => (index === last ? [each] : [each, line])));
  const lines: Document[][] = [];
  nodes.forEach((node, index) => {
    const before = nodes[index - 1];
    const begins = before === undefined || hasLineBreak(source, before.span.end, node.span.start);
    const document = written[index] ?? "";
    if (begins) lines.push([document]);
    else lines.at(-1)?.push(" ", document);
  });
  // A choice also where the author made no lines: what stands before it must lay out the same when the lines are read back.
  if (lines.length < 2) return choice(filled, () => filled);
  const broken = join(
    lines.map((parts) => concat(...parts)),
    hardLine,
  );
  return choice(
    filled,
    (column) => (lines.every((parts) => column + widthOf(concat(...parts)) <= lineWidth) ? broken : filled),
    true,
  );
}

function selectorEntry(source: Source, { selector, value }: SelectorEntry): Item {
  // A selector is a small language of its own: `2..last - 1` needs no parentheses there.
  const words =
    selector.kind === "Range"
      ? concat(operand(source, selector.from, levels.sum), "..", operand(source, selector.to, levels.sum))
      : operand(source, selector, levels.or);
  const label = layout(words);
  return { label: `${label}:`, value: value === undefined ? "off" : expression(source, value) };
}

function vary(source: Source, { paths, rows }: VaryItem): Item {
  const isTuple = paths.length > 1;
  const label = isTuple ? `(${paths.map(path).join(", ")})` : paths.map(path).join("");
  const values = isTuple
    ? rows.map((row) => group("(", nest(softLine, join(ablationValues(source, row, true), ",", line)), softLine, ")"))
    : ablationValues(source, rows.flat(), false);
  return { label: `vary ${label}:`, value: group(align(join(values, ",", line))) };
}

const itemWords = new Set(starterTypes.map(({ name }) => name));

/** An `after` would take what stands behind its comma for addresses, except a clause (grammar, section 7, rule 2). */
function ablationValues(source: Source, values: readonly AblationValue[], isFirstBroken: boolean): readonly Document[] {
  let isBeforeClause = true;
  const isBare = values.map(() => true);
  for (let index = values.length - 1; index >= 0; index--) {
    const { kind } = values[index] ?? {};
    isBare[index] = kind !== "SplitAfter" || isBeforeClause;
    isBeforeClause = kind === "SplitInto" || (kind === "SplitAfter" && isBeforeClause);
  }
  return values.map((value, index) => {
    const document = ablationValue(source, value);
    // First on its line and before the next item, `input` would begin an item itself.
    const isMistakable = (index > 0 || isFirstBroken) && value.kind === "Reference" && itemWords.has(value.name);
    return isBare[index] === true && !isMistakable ? document : concat("(", document, ")");
  });
}

function ablationValue(source: Source, node: AblationValue): Document {
  return node.kind === "SplitInto" || node.kind === "SplitAfter" ? splitClause(source, node) : expression(source, node);
}

function path(node: Path): string {
  return node.parts.map(({ text }) => text).join(".");
}

function assertNever(node: never): never {
  throw new Error(`no such kind of item: ${JSON.stringify(node)}`);
}
