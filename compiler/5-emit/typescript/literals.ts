/** Plain data as TypeScript. */
import type { AttributeValue } from "../../../runtime/program/step-program.ts";
import type { TensorType } from "../../../runtime/program/tensor-type.ts";
import { array, type Code, call, object } from "./code.ts";

/** Any JSON-like value. Keys of objects must be identifiers or are quoted. */
export function literal(value: unknown): Code {
  if (typeof value === "number") return numberLiteral(value);
  if (typeof value === "string") return stringLiteral(value);
  if (Array.isArray(value)) return array(value.map(literal));
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return object(entries.map(([key, entry]) => [propertyKey(key), literal(entry)] as const));
  }
  return String(value);
}

export function attributeLiteral(value: AttributeValue): Code {
  return typeof value === "object" && "batchPower" in value
    ? batchScalar(numberLiteral(value.value), value.batchPower)
    : literal(value);
}

/** A number that may depend on the batch size, given the code of its value. */
export function batchScalar(value: string, batchPower: number): Code {
  if (batchPower === 0) return call("constant", value);
  if (batchPower === -1) return call("perSample", value);
  return object([
    ["value", value],
    ["batchPower", numberLiteral(batchPower)],
  ]);
}

export function typeLiteral({ dataType, shape }: TensorType): Code {
  if (dataType === "bool") return literal({ dataType, shape });
  return call(dataType, literal(shape));
}

/** The shortest digits that read back as the same number. */
export function numberLiteral(value: number): string {
  if (Number.isNaN(value)) return "Number.NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Number.POSITIVE_INFINITY" : "Number.NEGATIVE_INFINITY";
  return Object.is(value, -0) ? "-0" : String(value).replace("e+", "e");
}

/** In double quotes, unless single ones need fewer escapes. */
export function stringLiteral(text: string): string {
  const quoted = JSON.stringify(text);
  if (!text.includes('"') || count(text, "'") >= count(text, '"')) return quoted;
  return `'${quoted.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The text of a template literal that stands for itself. */
export function templateText(text: string): string {
  return text.replace(/[`\\]|\$\{/g, "\\$&");
}

export function propertyKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : stringLiteral(key);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
