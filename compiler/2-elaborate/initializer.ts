import type { Initializer } from "../../runtime/program/step-program.ts";
import type { Value } from "./value.ts";

/** `normal(0, 1)`, `truncated_normal(0, 0.02)`, `uniform(-1, 1)`, `constant(0)`; undefined for anything else. */
export function initializerOf(value: Value): Initializer | undefined {
  if (value.kind !== "part") return undefined;
  const number = (name: string, fallback = 0): number => {
    const field = value.fields[name]?.value;
    return field?.kind === "number" ? field.value : fallback;
  };
  switch (value.name) {
    case "normal":
    case "truncated_normal":
      return { kind: value.name, mean: number("mean"), standardDeviation: number("deviation", 1) };
    case "uniform":
      return { kind: "uniform", low: number("low"), high: number("high") };
    case "constant":
      return { kind: "constant", value: number("value") };
    default:
      return undefined;
  }
}
