/**
 * Gradient isolation as a check on data flow: it does not trust how a program was made, only who uses what.
 *
 * 1. Values flow from a module to itself and to later modules, never back.
 * 2. What flows to a later module is forward work: no cotangent of one module reaches another. A gradient of a shared
 *    variable may go on to be summed with others, if it moves nothing but that variable.
 * 3. A backward pass sees, of earlier modules, only boundary values: those its own module's forward pass reads too. A weight
 *    may go on, as it was before the step, to move nothing but averages that follow it.
 * 4. A module changes, and outputs gradients of, its own variables and shared ones only.
 *
 * Together: an update of module j depends on nothing behind j, and on no derivative but its own. Where a loss `reaches`
 * further modules, the modules in between count as one.
 */
import { findPrimitive } from "../primitives/registry.ts";
import type { Procedure, Section, StepProgram, Variable } from "./step-program.ts";
import type { Report } from "./verify.ts";

export function verifyIsolation(
  program: StepProgram,
  procedure: Procedure,
  variables: ReadonlyMap<string, Variable>,
  report: Report,
): void {
  const places = placeValues(procedure);
  const boundaries = findBoundaries(procedure, places);
  const reachOf = createReach(program);
  const movesOnlyShared = createEnds(procedure, (address) => variables.get(address)?.owner.kind === "shared");
  const movesOnlyAverages = createEnds(procedure, (address) => variables.get(address)?.role === "average");

  for (const section of procedure.sections) {
    for (let index = section.start; index < section.end; index++) {
      const instruction = procedure.instructions[index];
      for (const operand of instruction?.operands ?? []) {
        const source = places[operand];
        if (source === undefined || reachOf(section.module, source.module)) continue;
        if (source.module < section.module && (isForward(source) ? movesOnlyAverages : movesOnlyShared)(operand))
          continue;
        const message = wrongFlow(operand, source, section, boundaries, reachOf);
        if (message !== "") report(index, message);
      }
      if (instruction === undefined || findPrimitive(instruction.primitive)?.hasEffect !== true) continue;
      for (const address of instruction.variables) {
        const message = wrongOwner(`${instruction.primitive} changes`, address, section, variables, reachOf);
        if (message !== "") report(index, message);
      }
    }
  }
  for (const { name, value } of procedure.outputs) {
    const place = places[value];
    if (place === undefined) continue;
    const loss = program.losses.find((candidate) => candidate.name === name);
    if (loss !== undefined && loss.module !== place.module) {
      report(undefined, `loss ${name} of module ${loss.module} is computed in module ${place.module}`);
    }
    if (procedure.name !== "gradients" || loss !== undefined) continue;
    const message = wrongOwner("this outputs the gradient of", name, place, variables, reachOf);
    if (message !== "") report(undefined, message);
  }
}

/** The section that defines each value; undefined for inputs. */
function placeValues(procedure: Procedure): readonly (Section | undefined)[] {
  const places: (Section | undefined)[] = procedure.values.map(() => undefined);
  for (const section of procedure.sections) {
    for (const { results } of procedure.instructions.slice(section.start, section.end)) {
      for (const value of results) places[value] = section;
    }
  }
  return places;
}

/** Whether everything computed from a value ends in changes, or output gradients, of such variables. */
function createEnds(procedure: Procedure, isSuch: (address: string) => boolean): (value: number) => boolean {
  const known = new Map<number, boolean>();
  const answer = (value: number): boolean => {
    const outputs = procedure.outputs.filter((output) => output.value === value);
    const users = procedure.instructions.filter(({ operands }) => operands.includes(value));
    return (
      outputs.every(({ name }) => procedure.name === "gradients" && isSuch(name)) &&
      users.every(({ primitive, variables: own, results }) =>
        findPrimitive(primitive)?.hasEffect === true ? own.every(isSuch) : results.every(movesOnly),
      )
    );
  };
  function movesOnly(value: number): boolean {
    const before = known.get(value);
    if (before !== undefined) return before;
    const found = answer(value);
    known.set(value, found);
    return found;
  }
  return movesOnly;
}

/** The modules whose forward pass reads each value of another module. */
function findBoundaries(
  procedure: Procedure,
  places: readonly (Section | undefined)[],
): ReadonlyMap<number, ReadonlySet<number>> {
  const boundaries = new Map<number, Set<number>>();
  for (const section of procedure.sections) {
    if (!isForward(section)) continue;
    for (const { operands } of procedure.instructions.slice(section.start, section.end)) {
      for (const value of operands) {
        if (places[value]?.module === section.module) continue;
        boundaries.set(value, (boundaries.get(value) ?? new Set()).add(section.module));
      }
    }
  }
  return boundaries;
}

type Reach = (module: number, other: number) => boolean;

/** Whether two modules are one, or are joined by a loss of the later that reaches the earlier. */
function createReach(program: StepProgram): Reach {
  const lowest = new Map<number, number>();
  for (const { module, reaches = [] } of program.losses) {
    lowest.set(module, Math.min(lowest.get(module) ?? module, ...reaches));
  }
  return (module, other) => {
    const later = Math.max(module, other);
    return Math.min(module, other) >= (lowest.get(later) ?? later);
  };
}

function wrongFlow(
  value: number,
  source: Section,
  target: Section,
  boundaries: ReadonlyMap<number, ReadonlySet<number>>,
  reachOf: Reach,
): string {
  const flow = `%${value} flows from the ${source.part} of module ${source.module} into the ${target.part} of module ${target.module}`;
  if (source.module > target.module) return `${flow}: nothing may flow back, the gradient stops between them`;
  if (!isForward(source)) return `${flow}: a derivative may not leave its module`;
  // A pass that reaches back over several modules begins where the first of them begins.
  const readers = [...(boundaries.get(value) ?? [])];
  if (isForward(target) || readers.some((reader) => reachOf(target.module, reader))) return "";
  return `${flow}: the gradient must stop at the input of module ${target.module}`;
}

function wrongOwner(
  what: string,
  address: string,
  section: Section,
  variables: ReadonlyMap<string, Variable>,
  reachOf: Reach,
): string {
  const owner = variables.get(address)?.owner;
  if (owner === undefined) return `${what} ${address}, which does not exist`;
  if (owner.kind === "shared" || reachOf(section.module, owner.module)) return "";
  return `${what} ${address} of module ${owner.module} in the ${section.part} of module ${section.module}`;
}

function isForward({ part }: Section): boolean {
  return part === "prologue" || part === "forward" || part === "head";
}
