import type { Argument, Call, Expression } from "../../grammar/syntax-tree.ts";
import type { ResolvedFile } from "../1-resolve/resolved-project.ts";
import { builtInParameters } from "./built-ins.ts";
import { parameterShapes } from "./declared-functions.ts";
import type { Override } from "./override.ts";

/**
 * `infopro(5)` with `reconstruct` set to 6 is `infopro(reconstruct = 6)`. `offset` counts parameters that a pipe fills:
 * a head's module.
 */
export function withArgument(
  node: Expression,
  parameter: string,
  offset: number,
  prefix: readonly string[],
  override: Override,
  words: readonly string[] = [],
): Expression | undefined {
  const call: Call | undefined =
    node.kind === "Call"
      ? node
      : node.kind === "Reference"
        ? { kind: "Call", span: node.span, callee: node, arguments: [] }
        : undefined;
  if (call === undefined) return override.unknown([prefix.join(".")]);
  const names = parametersIn(call.callee, override.origins.get(call.callee)?.file ?? override.home);
  if (names !== undefined && !names.slice(offset).includes(parameter))
    return override.unknown(names.slice(offset).map((name) => [...prefix, name].join(".")));
  const value = override.expression(words);
  if (value === undefined) return undefined;
  const argument: Argument = {
    kind: "Argument",
    span: value.span,
    name: { kind: "Name", span: value.span, text: parameter },
    value,
  };
  const position = names === undefined ? -1 : names.indexOf(parameter) - offset;
  let positional = -1;
  const kept = call.arguments.filter((each) => {
    if (each.name !== undefined) return each.name.text !== parameter;
    positional++;
    return positional !== position;
  });
  // Positional arguments behind a removed one would move up, so all of them are named.
  let count = -1;
  const removed = kept.length < call.arguments.length;
  const renamed = removed
    ? call.arguments
        .map((each) => nameArgument(each, each.name === undefined ? ++count : -1, names, offset))
        .filter((each) => each.name?.text !== parameter)
    : kept;
  const changed: Call = { ...call, arguments: [...renamed, argument] };
  const origin = override.origins.get(node);
  if (origin !== undefined) override.origins.set(changed, origin);
  return changed;
}

function nameArgument(
  argument: Argument,
  position: number,
  names: readonly string[] | undefined,
  offset: number,
): Argument {
  const name = position < 0 ? undefined : names?.[position + offset];
  return name === undefined ? argument : { ...argument, name: { kind: "Name", span: argument.span, text: name } };
}

function parametersIn(callee: Expression, file: ResolvedFile): readonly string[] | undefined {
  if (callee.kind !== "Reference") return undefined;
  const declaration = file.values.get(callee.name)?.declaration;
  if (declaration === undefined) return builtInParameters(callee.name)?.map(({ name }) => name);
  return declaration.kind === "Let" ? undefined : parameterShapes(declaration.parameters).map(({ name }) => name);
}
