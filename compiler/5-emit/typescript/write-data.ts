/** The program's plain data: modules, losses, predictions. */
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import { addressList } from "./address-lists.ts";
import { isNext } from "./addresses.ts";
import { array, type Code, call, flat, layout, object } from "./code.ts";
import { literal, propertyKey, stringLiteral } from "./literals.ts";

/** The units of every module, then its heads. */
export function writeModules({ modules }: StepProgram): string {
  const isPlain = modules.every(({ index, heads }, position) => index === position + 1 && heads.length <= 1);
  if (!isPlain) return layout("const modules: readonly ProgramModule[] = ", literal(modules), ";", 0);
  const units = array(writeUnits(modules));
  const heads = array(modules.map(({ heads: [head] }) => (head === undefined ? "undefined" : stringLiteral(head))));
  return layout("const modules: readonly ProgramModule[] = ", call("listModules", units, heads), ";", 0);
}

/** One list per module; modules of one unit each that count up are written as one. */
function writeUnits(modules: StepProgram["modules"]): Code[] {
  const codes: Code[] = [];
  for (let start = 0; start < modules.length; ) {
    const run: string[] = [];
    for (let next = modules[start]; next?.units.length === 1; next = modules[start + run.length]) {
      const [unit] = next.units as [string];
      const last = run.at(-1);
      if (last !== undefined && !isNext(last, unit)) break;
      run.push(unit);
    }
    if (run.length >= 3) {
      codes.push(`...${flat(addressList(run))}.map((unit) => [unit])`);
      start += run.length;
    } else codes.push(addressGroups((modules[start++] as StepProgram["modules"][number]).units));
  }
  return codes;
}

/** Addresses with every stretch that counts up written as one. */
function addressGroups(addresses: readonly string[]): Code {
  const groups: string[][] = [];
  for (const address of addresses) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (last !== undefined && isNext(last, address)) group?.push(address);
    else groups.push([address]);
  }
  const short = groups.filter(({ length }) => length < 3).flat().length;
  if (groups.length === 1 && addresses.length >= 3) return addressList(addresses);
  if (short === addresses.length) return array(addresses.map(stringLiteral));
  return array(groups.flatMap((group) => (group.length < 3 ? group.map(stringLiteral) : [spread(addressList(group))])));
}

function spread(code: Code): Code {
  return typeof code === "object" && code.kind === "call" ? { ...code, callee: `...${code.callee}` } : code;
}

/** One line per module where the names follow the module's. */
export function writeLosses({ losses }: StepProgram): string {
  const rows: Code[] = [];
  for (let start = 0; start < losses.length; ) {
    const { module } = losses[start] as StepProgram["losses"][number];
    const prefix = `module[${module}].`;
    let end = start;
    const weights: [string, Code][] = [];
    for (let next = losses[end]; next !== undefined; next = losses[++end]) {
      if (next.module !== module || next.reaches !== undefined || !next.name.startsWith(prefix)) break;
      weights.push([propertyKey(next.name.slice(prefix.length)), literal(next.weight)]);
    }
    if (weights.length > 0) rows.push(call("...losses", `${module}`, object(weights)));
    else rows.push(literal(losses[end++]));
    start = end;
  }
  return layout("const programLosses: readonly ProgramLoss[] = ", array(rows), ";", 0);
}

export function writePredictions({ predictions }: StepProgram): string {
  const rows = predictions.map((prediction) => {
    const prefix = `module[${prediction.module}].`;
    if (!prediction.name.startsWith(prefix)) return literal(prediction);
    return call("prediction", `${prediction.module}`, stringLiteral(prediction.name.slice(prefix.length)));
  });
  return layout("const predictions: readonly ProgramPrediction[] = ", array(rows), ";", 0);
}
