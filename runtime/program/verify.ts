import type { StepProgram } from "./step-program.ts";
import { verifyIsolation } from "./verify-isolation.ts";
import { verifyPhase } from "./verify-phase.ts";
import { verifyProcedure } from "./verify-procedure.ts";
import { verifyVariables } from "./verify-variables.ts";

/** Something a well-formed program never has: a bug of the compiler, or a file changed by hand. */
export interface ProgramFault {
  readonly procedure: keyof StepProgram["procedures"] | undefined;
  /** Index of the instruction at fault, where there is one. */
  readonly instruction: number | undefined;
  readonly message: string;
}

/**
 * Checks what every executor and every claim about a program relies on: single assignment, types as the primitives
 * derive them, sections that cover, exact frees, variables used in their role, and that no gradient crosses a stop.
 * An empty list means well formed.
 */
export function verifyProgram(program: StepProgram): readonly ProgramFault[] {
  const faults: ProgramFault[] = [];
  const { train, gradients, evaluate, predict } = program.procedures;
  const expected = { train, gradients, evaluate, predict };
  const variables = new Map(program.variables.map((variable) => [variable.address, variable]));
  if (variables.size < program.variables.length) {
    faults.push({ procedure: undefined, instruction: undefined, message: "two variables have one address" });
  }
  const inPhases = (program.phases ?? []).flatMap(({ module, procedures }) =>
    Object.entries(procedures).map(([name, procedure]) => ({ name, procedure, module })),
  );
  const all = [
    ...Object.entries(expected).map(([name, procedure]) => ({ name, procedure, module: undefined })),
    ...inPhases,
  ];
  for (const { name, procedure, module } of all) {
    const where = module === undefined ? "" : `phase of module ${module}: `;
    const report: Report = (instruction, message) =>
      faults.push({ procedure: procedure.name, instruction, message: where + message });
    if (procedure.name !== name) report(undefined, `procedure ${name} calls itself ${procedure.name}`);
    const before = faults.length;
    verifyProcedure(procedure, variables, report);
    // The finer checks follow values and variables, which must make sense first.
    if (faults.length > before) continue;
    verifyVariables(procedure, variables, report);
    verifyIsolation(program, procedure, variables, report);
    if (module !== undefined) verifyPhase(module, procedure, variables, report);
  }
  return faults;
}

export type Report = (instruction: number | undefined, message: string) => void;
