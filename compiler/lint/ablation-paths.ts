import type { AblationValue, Path } from "../../grammar/index.ts";
import { printExpression } from "../../grammar/print.ts";

/** `heads.local.reconstruct` */
export function pathText({ parts }: Path): string {
  return parts.map(({ text }) => text).join(".");
}

export function isSeed(path: Path): boolean {
  return path.parts.at(-1)?.text === "seed";
}

/** The same for values that are written alike but for space. */
export function valueText(value: AblationValue): string {
  if (value.kind === "SplitInto") return `into ${printExpression(value.count)} by ${value.measure?.text ?? "units"}`;
  if (value.kind !== "SplitAfter") return printExpression(value);
  const addresses = value.addresses.map(({ parts }) =>
    parts.map(({ name, index }) => `${name.text}[${index === undefined ? "" : printExpression(index)}]`).join("."),
  );
  return `after ${addresses.join(", ")}`;
}
