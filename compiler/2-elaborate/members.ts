/** What stands after a dot: the lengths of a tensor's axes, a module's parts, addresses. */
import type { Member } from "../../grammar/syntax-tree.ts";
import { printShape } from "../../runtime/program/tensor-type.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import { unitsBelow } from "./address-tree.ts";
import type { Evaluation } from "./evaluation.ts";
import { asTensor } from "./expect.ts";
import type { Unit } from "./model.ts";
import { moduleMember, moduleMembers, unitMember, unitMembers } from "./module-members.ts";
import { placeIn, type Scope } from "./scope.ts";
import { type AddressValue, describe, integer, list, type TensorValue, unknown, type Value } from "./value.ts";

export function evaluateMember(node: Member, object: Value, scope: Scope, evaluation: Evaluation): Value {
  const name = node.name.text;
  if (name === "" || object.kind === "unknown") return unknown;
  switch (object.kind) {
    case "tensor":
      return tensorMember(object, node, scope, evaluation);
    case "module":
      return (
        moduleMember(object.view, name, placeIn(scope, node.span), evaluation) ??
        reportUnknown(node, "a module", moduleMembers, scope, evaluation, headsStandApart(name))
      );
    case "unit":
      return (
        unitMember(object.unit, name, placeIn(scope, node.span), evaluation) ??
        reportUnknown(node, describe(object), unitMembers, scope, evaluation)
      );
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

/** Somebody looking for a head to copy or average. */
function headsStandApart(name: string): string | undefined {
  if (name !== "head" && name !== "heads") return undefined;
  return "a head belongs to its own module alone: only units can be copied or averaged, such as `module.next.units[1]`";
}

function addressMember(object: AddressValue, node: Member, scope: Scope, evaluation: Evaluation): Value {
  const name = node.name.text;
  const member = object.node.members.get(name);
  if (member !== undefined) return { kind: "address", node: member };
  const units = evaluation.backbone?.backbone.units;
  if (units !== undefined) {
    if (name === "units")
      return list(unitsBelow(object.node).map((index) => ({ kind: "unit", unit: units[index - 1] as Unit })));
    const unit = object.node.unit && units[object.node.unit.index - 1];
    const value = unit && unitMember(unit, name, placeIn(scope, node.span), evaluation);
    if (value !== undefined) return value;
  }
  const tensor = asTensor(object);
  if (tensor !== undefined && (axisMembers as readonly string[]).includes(node.name.text))
    return tensorMember(tensor, node, scope, evaluation);
  if (object.node.last !== undefined && object.node.last.type === undefined) return unknown;
  const known = [...object.node.members.keys(), ...(units === undefined ? axisMembers : ["units"])];
  return reportUnknown(node, describe(object), known, scope, evaluation);
}

function reportUnknown(
  node: Member,
  of: string,
  known: readonly string[],
  scope: Scope,
  evaluation: Evaluation,
  advice?: string,
): Value {
  const name = node.name.text;
  const help =
    advice ??
    didYouMean(name, known) ??
    (known.length > 0 ? `it has ${known.map((each) => `\`${each}\``).join(", ")}` : undefined);
  evaluation.report("unknown-member", { name, of }, { place: placeIn(scope, node.name.span), help });
  return unknown;
}
