import { findPrimitive } from "../primitives/registry.ts";
import type { Procedure, Variable } from "./step-program.ts";
import type { Report } from "./verify.ts";

/** A phase changes nothing but its own module, and does not run the modules after it. */
export function verifyPhase(
  module: number,
  { sections, instructions }: Procedure,
  variables: ReadonlyMap<string, Variable>,
  report: Report,
): void {
  for (const section of sections) {
    if (section.module > module) report(section.start, `module ${section.module} comes later and may not run`);
  }
  instructions.forEach(({ primitive, variables: addresses }, index) => {
    if (findPrimitive(primitive)?.hasEffect !== true) return;
    for (const address of addresses) {
      const owner = variables.get(address)?.owner;
      if (owner === undefined || owner.kind === "shared" || owner.module === module) continue;
      report(index, `${primitive} changes ${address} of module ${owner.module}, which is not trained`);
    }
  });
}
