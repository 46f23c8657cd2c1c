import type { SyntaxProblem } from "../../grammar/syntax-problem.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** The grammar knows no diagnostics; its problems (plain data, LL1xxx) become some here. */
export function fromSyntaxProblem(problem: SyntaxProblem, path: string): Diagnostic {
  return {
    code: problem.code,
    name: problem.name,
    severity: "error",
    message: problem.message,
    primary: { place: { file: path, ...span(problem.span) }, text: problem.label },
    related: (problem.related ?? []).map((related) => ({
      place: { file: path, ...span(related.span) },
      text: related.label,
    })),
    ...(problem.help !== undefined && { help: problem.help }),
  };
}

function span({ start, end }: { readonly start: number; readonly end: number }): { start: number; end: number } {
  return { start, end };
}
