/** A Model as text, for tests and for `--emit` readers: one line per unit, node and loss. */
import { printWeight } from "../../runtime/program/loss-weight.ts";
import { printShape, printType } from "../../runtime/program/tensor-type.ts";
import type { ArgumentValue } from "../operations/operation.ts";
import type {
  Fragment,
  FragmentNode,
  FragmentWeight,
  HeadSelector,
  Model,
  ModuleBound,
  Readout,
  Source,
  SplitSpecification,
} from "./model.ts";

export function printModel(model: Model): string {
  const lines = [
    `model ${model.name}`,
    `  input ${printShape([-1, ...model.inputShape])} classes ${model.classes}`,
    `  backbone ${model.backbone.name}`,
    ...model.backbone.units.flatMap((unit) => [
      `    unit ${unit.index} ${unit.address}`,
      ...printFragment(unit.fragment, "      "),
    ]),
    `  split ${printSplit(model.split)}`,
    ...model.heads.map((head) => `  head ${printSelector(head.selector)}${head.instantiate ? "" : " off"}`),
    ...model.context.map((line) => `  context ${printSelector(line.selector)}${line.instantiate ? "" : " off"}`),
    ...(model.readout.kind === "final" ? [] : [`  readout ${printReadout(model.readout)}`]),
    ...Object.entries(model.recipe).map(([field, value]) => `  ${field} ${JSON.stringify(value)}`),
  ];
  return `${lines.join("\n")}\n`;
}

export function printFragment(fragment: Fragment, indent: string): string[] {
  const names = [
    ...fragment.inputs.map(({ source }) => printSource(source)),
    ...fragment.nodes.map(({ label }) => label),
  ];
  const edge = (number: number): string => names[number] ?? "?";
  return [
    ...fragment.nodes.map((node) => `${indent}${printNode(node, edge)}`),
    ...Object.entries(fragment.taps).map(([name, value]) => `${indent}tap ${name} = ${edge(value)}`),
    ...fragment.losses.map(({ name, value, weight, reach }) => {
      const far = reach.units > 0 ? ` reach ${reach.units} units` : reach.modules > 1 ? ` reach ${reach.modules}` : "";
      return `${indent}loss ${name} = ${edge(value)} weight ${printWeight(weight)}${far}`;
    }),
    ...(fragment.output === undefined ? [] : [`${indent}return ${edge(fragment.output)}`]),
  ];
}

function printNode(node: FragmentNode, edge: (number: number) => string): string {
  const values = Object.entries(node.arguments).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${printArgument(value)}`],
  );
  const weights = node.weights.map(
    (weight) => `${weight.address}${printShape(weight.specification.shape)}${printBinding(weight)}`,
  );
  const call = `${node.operation}(${[...node.inputs.map(edge), ...values].join(", ")})`;
  return `${node.label} = ${call} : ${printType(node.type)}${weights.length > 0 ? ` weights ${weights.join(" ")}` : ""}`;
}

function printArgument(value: ArgumentValue): string {
  return JSON.stringify(value);
}

function printSource(source: Source): string {
  switch (source.kind) {
    case "unit":
      return `unit ${source.unit}`;
    case "tap":
      return `unit ${source.unit} tap ${source.name}`;
    case "module_input":
      return source.module === undefined ? "module_input" : `module_input ${source.module}`;
    case "head_tap":
      return `head ${source.module} tap ${source.name}`;
    default:
      return source.kind;
  }
}

function printReadout(readout: Readout): string {
  return readout.kind === "exit" ? `exit(${readout.module})` : readout.kind;
}

/** How a weight differs from one of its own: ` average of f.kernel (0.9)`. */
function printBinding({ specification: { initializer }, binding }: FragmentWeight): string {
  const copy = initializer.kind === "copy" ? ` from ${initializer.of}` : "";
  if (binding === undefined) return copy;
  if (binding.kind === "frozen") return `${copy} frozen`;
  if (binding.kind === "tied") return ` of ${binding.of}`;
  if (binding.kind === "shared") return `${copy} shared ${binding.name} by ${binding.update}`;
  return `${copy} average of ${binding.of} (${binding.decay})`;
}

function printSplit(split: SplitSpecification): string {
  if (split.kind === "none") return "none";
  const together = split.together.map((group) => ` with ${group.join(" + ")}`).join("");
  if (split.kind === "into") return `into ${split.count} by ${split.measure}${together}`;
  return `after ${split.cuts.map(({ unit }) => unit).join(", ")}${together}`;
}

function printSelector(selector: HeadSelector): string {
  if (selector.kind !== "range") return selector.kind;
  return `${printBound(selector.from)}..${printBound(selector.to)}`;
}

function printBound({ fromLast, offset }: ModuleBound): string {
  if (!fromLast) return String(offset);
  return offset === 0 ? "last" : `last - ${-offset}`;
}
