/** What stands after a dot: the lengths of a tensor's axes, a module's parts, addresses. */
import type { Member } from "../../grammar/syntax-tree.ts";
import { printShape } from "../../runtime/program/tensor-type.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import type { Evaluation } from "./evaluation.ts";
import { asTensor } from "./expect.ts";
import type { ModuleView } from "./model.ts";
import { placeIn, type Scope } from "./scope.ts";
import {
  type AddressValue,
  describe,
  integer,
  list,
  sourceTensor,
  type TensorValue,
  unknown,
  type Value,
} from "./value.ts";

export function evaluateMember(node: Member, object: Value, scope: Scope, evaluation: Evaluation): Value {
  const name = node.name.text;
  if (name === "" || object.kind === "unknown") return unknown;
  switch (object.kind) {
    case "tensor":
      return tensorMember(object, node, scope, evaluation);
    case "module":
      return moduleMember(object.view, node, scope, evaluation);
    case "unit":
      return unitMember(object.unit.address, object.unit.index, node, scope, evaluation);
    case "address":
      return addressMember(object, node, scope, evaluation);
    default:
      return reportUnknown(node, describe(object), [], scope, evaluation);
  }
}

const axisMembers = ["shape", "channels", "height", "width", "tokens", "features"] as const;

/** Axis of a member by number of axes, batch included; `[batch, height, width, channels]`. */
const axes: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  2: { features: 1 },
  3: { tokens: 1, channels: 2 },
  4: { height: 1, width: 2, channels: 3 },
};

function tensorMember(tensor: TensorValue, node: Member, scope: Scope, evaluation: Evaluation): Value {
  const name = node.name.text;
  const { shape } = tensor.type;
  // A shape is that of one sample: the batch axis is implied.
  if (name === "shape") return list(shape.slice(1).map(integer));
  const axis = axes[shape.length]?.[name];
  const length = axis === undefined ? undefined : shape[axis];
  if (length !== undefined) return integer(length);
  if (!(axisMembers as readonly string[]).includes(name))
    return reportUnknown(node, "a tensor", axisMembers, scope, evaluation);
  const has = ["shape", ...Object.keys(axes[shape.length] ?? {})].map((each) => `\`${each}\``).join(", ");
  evaluation.report(
    "no-such-axis",
    { name, shape: printShape(shape) },
    {
      place: placeIn(scope, node.name.span),
      related: [{ place: tensor.place, text: `made here: ${printShape(shape)}` }],
      help: `it has ${has}`,
    },
  );
  return unknown;
}

const moduleMembers = ["output", "input", "index", "count", "units"];
const laterModuleMembers = ["taps", "next", "previous"];

function moduleMember(view: ModuleView, node: Member, scope: Scope, evaluation: Evaluation): Value {
  const name = node.name.text;
  const place = placeIn(scope, node.span);
  switch (name) {
    case "output":
      return sourceTensor({ kind: "module_output" }, view.output, place);
    case "input":
      return sourceTensor({ kind: "module_input" }, view.input, place);
    case "index":
      return integer(view.index);
    case "count":
      return integer(view.count);
    case "units":
      return list(view.units.map((unit) => ({ kind: "unit" as const, unit })));
  }
  if (!laterModuleMembers.includes(name)) return reportUnknown(node, "a module", moduleMembers, scope, evaluation);
  evaluation.report(
    "not-yet",
    { message: `\`module.${name}\` is not supported yet` },
    { place: placeIn(scope, node.name.span) },
  );
  return unknown;
}

function unitMember(address: string, index: number, node: Member, scope: Scope, evaluation: Evaluation): Value {
  if (node.name.text === "index") return integer(index);
  if (node.name.text === "address") return { kind: "string", value: address };
  return reportUnknown(node, `the unit \`${address}\``, ["index", "address"], scope, evaluation);
}

function addressMember(object: AddressValue, node: Member, scope: Scope, evaluation: Evaluation): Value {
  const member = object.node.members.get(node.name.text);
  if (member !== undefined) return { kind: "address", node: member };
  const tensor = asTensor(object);
  if (tensor !== undefined && (axisMembers as readonly string[]).includes(node.name.text))
    return tensorMember(tensor, node, scope, evaluation);
  if (object.node.last !== undefined && object.node.last.type === undefined) return unknown;
  return reportUnknown(node, describe(object), [...object.node.members.keys(), ...axisMembers], scope, evaluation);
}

function reportUnknown(
  node: Member,
  of: string,
  known: readonly string[],
  scope: Scope,
  evaluation: Evaluation,
): Value {
  const name = node.name.text;
  const help =
    didYouMean(name, known) ??
    (known.length > 0 ? `it has ${known.map((each) => `\`${each}\``).join(", ")}` : undefined);
  evaluation.report("unknown-member", { name, of }, { place: placeIn(scope, node.name.span), help });
  return unknown;
}
