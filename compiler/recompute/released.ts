/** What a choice releases, and what is made again on the way to it. */
import type { Instruction, Procedure, Section, ValueNumber } from "../../runtime/program/step-program.ts";
import type { RecomputeChoice } from "./choice.ts";
import type { Lifetimes } from "./lifetimes.ts";
import { type Extent, isRepeatable } from "./repeatable.ts";

/** Every value that is not kept for the backward pass, with all that share its buffer. */
export function listReleased(
  procedure: Procedure,
  choice: RecomputeChoice,
  lifetimes: Lifetimes,
): ReadonlySet<ValueNumber> {
  const released = new Set<ValueNumber>();
  const release = (value: ValueNumber): void => {
    const owner = lifetimes.owners[value];
    if (owner?.kind !== "value") return;
    for (const sharer of lifetimes.sharing[owner.value] ?? []) {
      const definedAt = lifetimes.definedAt[sharer] as number;
      if (definedAt >= 0 && lifetimes.phaseAt[definedAt] === undefined) released.add(sharer);
    }
  };
  choice.values.forEach(release);
  choice.sections.flatMap((section) => listInner(procedure, lifetimes, section)).forEach(release);
  return released;
}

/** The buffers a forward section makes for itself and its own backward pass, by owning value: no other section reads them forward. */
export function listInner(procedure: Procedure, lifetimes: Lifetimes, section: number): ValueNumber[] {
  const { start, end } = procedure.sections[section] as Section;
  const outputs = new Set(procedure.outputs.map(({ value }) => value));
  return procedure.instructions.slice(start, end).flatMap((instruction) =>
    instruction.results.filter((value) => {
      const owner = lifetimes.owners[value];
      if (owner?.kind !== "value" || owner.value !== value || !growsWithBatch(procedure, value)) return false;
      const sharing = lifetimes.sharing[value] as readonly ValueNumber[];
      if ((lifetimes.lastForward[value] as number) >= end || sharing.some((sharer) => outputs.has(sharer)))
        return false;
      if ((lifetimes.readAt[value]?.at(-1) ?? -1) < end) return false;
      return isRepeatable(instruction, value, "section");
    }),
  );
}

/** Whether a repetition makes a value again that was not chosen: big, gone before `index`, from the same section, repeatable. */
export function isPassedThrough(
  procedure: Procedure,
  lifetimes: Lifetimes,
  value: ValueNumber,
  index: number,
  home: number,
  extent: Extent,
): boolean {
  const owner = lifetimes.owners[value];
  const definedAt = lifetimes.definedAt[value] as number;
  if (owner?.kind !== "value" || definedAt < 0 || !growsWithBatch(procedure, value)) return false;
  if ((lifetimes.readAt[owner.value]?.at(-1) ?? -1) >= index) return false;
  if (lifetimes.sectionAt[definedAt] !== home) return false;
  return isRepeatable(procedure.instructions[definedAt] as Instruction, value, extent);
}

/** Tensors without a batch axis are small: what is computed from weights, statistics. They are simply kept. */
export function growsWithBatch({ values }: Procedure, value: ValueNumber): boolean {
  return values[value]?.shape.some((length) => length < 0) === true;
}
