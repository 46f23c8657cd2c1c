/**
 * What an expression can be at compile time. Tensors are the other world: of them only the type is known.
 *
 *     value = number | boolean | string | list | tensor | function | module | unit | address | part | unknown
 */
import type { Place } from "../../grammar/span.ts";
import { printShape, type TensorType } from "../../runtime/program/tensor-type.ts";
import type { AddressNode } from "./address-tree.ts";
import type { FragmentBuilder } from "./fragment-builder.ts";
import type { ModuleView, Source, Unit } from "./model.ts";

export type Value =
  | NumberValue
  | BooleanValue
  | StringValue
  | ListValue
  | TensorValue
  | FunctionValue
  | ModuleValue
  | UnitValue
  | AddressValue
  | PartValue
  | UnknownValue;

export interface NumberValue {
  readonly kind: "number";
  readonly value: number;
  /** Integers divide only without a rest and may index; `1.0` is not one. */
  readonly isInteger: boolean;
}

export interface BooleanValue {
  readonly kind: "boolean";
  readonly value: boolean;
}

export interface StringValue {
  readonly kind: "string";
  readonly value: string;
}

/** Lists, ranges and shapes. */
export interface ListValue {
  readonly kind: "list";
  readonly items: readonly Value[];
}

export interface TensorValue {
  readonly kind: "tensor";
  readonly type: TensorType;
  /** A node of a fragment, or a source that becomes an input of whichever fragment uses it, detached where it is constant. */
  readonly origin:
    | { readonly fragment: FragmentBuilder; readonly node: number }
    | { readonly source: Source; readonly isConstant?: boolean };
  /** Where it was made. */
  readonly place: Place;
}

export interface FunctionValue {
  readonly kind: "function";
  readonly family: "fn" | "block" | "head" | "backbone" | "operation" | "built-in" | "lambda" | "capture";
  readonly name: string;
  readonly parameters: readonly ParameterShape[];
  readonly invoke: (given: readonly Given[], site: Place) => Value;
}

export interface ParameterShape {
  readonly name: string;
  /** A type name of the language; absent: anything. */
  readonly type?: string;
  readonly isRequired: boolean;
  /** Takes all further positional arguments. */
  readonly isRest?: boolean;
}

/** An argument as given: its value and where it stands. */
export interface Given {
  readonly name?: { readonly text: string; readonly place: Place };
  readonly value: Value;
  readonly place: Place;
  /** The name it was given by, where it is a plain name: `skip`. */
  readonly text?: string;
  /** Where that name was defined. */
  readonly definedAt?: Place;
}

export interface ModuleValue {
  readonly kind: "module";
  readonly view: ModuleView;
}

export interface UnitValue {
  readonly kind: "unit";
  readonly unit: Unit;
}

/** `stage[1]`: a unit, or a group on the way to one; the root of all is `backbone`. */
export interface AddressValue {
  readonly kind: "address";
  readonly node: AddressNode;
}

/** A piece of a recipe or an initializer: `sgd(momentum = 0.9)`, `normal(0, 1)`. */
export interface PartValue {
  readonly kind: "part";
  readonly name: string;
  readonly fields: Readonly<Record<string, Given>>;
  readonly place: Place;
}

/** The result of something that failed and has been reported: every use of it is passed over. */
export interface UnknownValue {
  readonly kind: "unknown";
}

export const unknown: UnknownValue = { kind: "unknown" };

export function integer(value: number): NumberValue {
  return { kind: "number", value, isInteger: true };
}

export function float(value: number): NumberValue {
  return { kind: "number", value, isInteger: false };
}

export function boolean(value: boolean): BooleanValue {
  return { kind: "boolean", value };
}

export function string(value: string): StringValue {
  return { kind: "string", value };
}

export function list(items: readonly Value[]): ListValue {
  return { kind: "list", items };
}

export function sourceTensor(source: Source, type: TensorType, place: Place): TensorValue {
  return { kind: "tensor", type, origin: { source }, place };
}

/** "the int 3", "a tensor [batch, 32, 32, 16]": the found half of a message. */
export function describe(value: Value): string {
  switch (value.kind) {
    case "number":
      // A float is shown as one: `2.0`, not `2`.
      return value.isInteger
        ? `the int ${value.value}`
        : `the float ${Number.isInteger(value.value) ? value.value.toFixed(1) : value.value}`;
    case "boolean":
      return printValue(value);
    case "string":
      return `the string ${printValue(value)}`;
    case "list":
      return isShort(value)
        ? `the list ${printValue(value)}`
        : `a list of ${value.items.length} item${value.items.length === 1 ? "" : "s"}`;
    case "tensor":
      return `a tensor ${printShape(value.type.shape)}`;
    case "function":
      return value.family === "lambda" || value.family === "capture"
        ? "a function"
        : `the ${value.family} \`${value.name}\``;
    case "module":
      return "a module";
    case "unit":
      return `the unit \`${value.unit.address}\``;
    case "address":
      if (value.node.path === "") return "the backbone";
      return value.node.unit === undefined ? `the group \`${value.node.path}\`` : `the unit \`${value.node.path}\``;
    case "part":
      return `\`${value.name}(…)\``;
    case "unknown":
      return "something that failed";
  }
}

function isShort({ items }: ListValue): boolean {
  return (
    items.length <= 6 &&
    items.every(
      (item) => item.kind !== "list" || (item.items.length <= 4 && item.items.every(({ kind }) => kind !== "list")),
    )
  );
}

/** As it would be written: `3`, `0.5`, `[1, 2]`, `sgd(momentum = 0.9)`. */
export function printValue(value: Value): string {
  switch (value.kind) {
    case "number":
      return String(value.value);
    case "boolean":
      return String(value.value);
    case "string":
      return JSON.stringify(value.value);
    case "list":
      return `[${value.items.map(printValue).join(", ")}]`;
    case "function":
      return value.name;
    case "unit":
      return value.unit.address;
    case "address":
      return value.node.path === "" ? "backbone" : value.node.path;
    case "part": {
      const fields = Object.entries(value.fields).map(([name, field]) => `${name} = ${printValue(field.value)}`);
      return `${value.name}(${fields.join(", ")})`;
    }
    default:
      return value.kind;
  }
}
