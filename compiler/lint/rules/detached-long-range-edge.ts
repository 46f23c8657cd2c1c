import type { Rule } from "../rule.ts";

export const detachedLongRangeEdge: Rule = {
  name: "detached-long-range-edge",
  code: "LL4507",
  severity: "info",
  summary: "A unit reads an earlier module through a stop: nothing trains that module for it.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, scoped } of context.models) {
      for (const { index, units } of scoped.modules) {
        const first = units[0]?.index ?? 1;
        for (const { address, fragment } of units) {
          for (const { source, place } of fragment.inputs) {
            const from = source.kind === "unit" || source.kind === "tap" ? source.unit : first;
            if (from >= first) continue;
            const owner = scoped.modules.find((module) => module.units.some((unit) => unit.index === from));
            const span = place.file === context.path ? place : declaration.name.span;
            const message = `\`${address}\` in module ${index} reads module ${owner?.index ?? 1}, which learns nothing from that`;
            context.report({ span, message, help: "a cut elsewhere would keep both in one module" });
          }
        }
      }
    }
  },
};
