import { bufferOwners } from "../../runtime/program/liveness.ts";
import { planMemory } from "../../runtime/program/plan.ts";
import type { Procedure, Section } from "../../runtime/program/step-program.ts";
import { bytesAt } from "../../runtime/program/tensor-type.ts";

/** Bytes alive at the peak of a step, by who made them. */
export interface PeakShares {
  readonly peakBytes: number;
  /** Module of the instruction at the peak; 0 where the inputs alone are the peak. */
  readonly module: number;
  /** Image and labels. */
  readonly fed: number;
  /** Made by forward sections of units. */
  readonly units: number;
  /** Made by forward sections of heads. */
  readonly heads: number;
  /** Made by backward and update sections: gradients, and what is computed again. */
  readonly backward: number;
}

type Maker = "fed" | "units" | "heads" | "backward";

/** Whose buffers make the planned peak of a procedure. */
export function peakShares(procedure: Procedure, batch: number): PeakShares {
  const { peakBytes, peakInstruction } = planMemory(procedure, batch);
  const owners = bufferOwners(procedure);
  const makers = new Map<number, Maker>();
  const users = new Map<number, number>();
  const bytes: Record<Maker, number> = { fed: 0, units: 0, heads: 0, backward: 0 };

  function count(value: number, step: 1 | -1, maker?: Maker): void {
    const owner = owners[value];
    if (owner?.kind !== "value") return;
    if (maker !== undefined && !makers.has(owner.value)) makers.set(owner.value, maker);
    const before = users.get(owner.value) ?? 0;
    users.set(owner.value, before + step);
    const isFirst = before === 0 && step === 1;
    const isLast = before === 1 && step === -1;
    const type = procedure.values[owner.value];
    if (type === undefined || !(isFirst || isLast)) return;
    bytes[makers.get(owner.value) ?? "backward"] += step * bytesAt(type, batch);
  }

  for (const { value } of procedure.inputs) count(value, 1, "fed");
  procedure.instructions.slice(0, peakInstruction + 1).forEach(({ results, free }, index) => {
    for (const value of results) count(value, 1, makerOf(sectionAt(procedure, index)));
    if (index < peakInstruction) for (const value of free) count(value, -1);
  });
  return { peakBytes, module: sectionAt(procedure, peakInstruction)?.module ?? 0, ...bytes };
}

function sectionAt({ sections }: Procedure, instruction: number): Section | undefined {
  return sections.find(({ start, end }) => start <= instruction && instruction < end);
}

function makerOf(section: Section | undefined): Maker {
  if (section?.part === "forward") return "units";
  return section?.part === "head" ? "heads" : "backward";
}
