import type { FragmentNode } from "../../2-elaborate/model.ts";

/** An operation in a few characters: `conv 3×3, 32, /2`, `dense 128`, `batch_norm`. */
export function describeOperation({ operation, arguments: given }: FragmentNode): string {
  const kernel = given["kernel"];
  const window =
    typeof kernel === "number" ? ` ${kernel}×${kernel}` : Array.isArray(kernel) ? ` ${kernel.join("×")}` : "";
  const width = [given["channels"], given["features"]].find((value) => typeof value === "number");
  const stride = given["stride"];
  const facts = [
    ...(width === undefined ? [] : [`${width}`]),
    ...(typeof stride === "number" && stride > 1 ? [`/${stride}`] : []),
  ];
  const separator = window === "" ? " " : ", ";
  return `${operation}${window}${facts.length > 0 ? separator : ""}${facts.join(", ")}`;
}
