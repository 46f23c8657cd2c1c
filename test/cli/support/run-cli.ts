import { renderDiagnostic } from "../../../compiler/diagnostics/render.ts";
import type { Compilation } from "../../../compiler/index.ts";
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import type { CommandIo } from "../../../tools/cli/io.ts";
import { main } from "../../../tools/cli/main.ts";
import type { Services } from "../../../tools/cli/services.ts";
import { ownServices } from "../../../tools/cli/services.ts";

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

export interface CliSurroundings {
  readonly services?: Partial<Services>;
  readonly environment?: Record<string, string>;
  readonly interactive?: boolean;
  /** Given what stops the command as Ctrl-C would. */
  readonly onStart?: (interrupt: () => void) => void;
  /** Sees what is written to stderr as it comes. */
  readonly onError?: (text: string, interrupt: () => void) => void;
}

/** Runs one command line in this process. */
export async function runCli(argv: readonly string[], surroundings: CliSurroundings = {}): Promise<CliResult> {
  let out = "";
  let error = "";
  const listeners = new Set<() => void>();
  const interrupt = () => {
    for (const listener of listeners) listener();
  };
  const io: CommandIo = {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
      surroundings.onError?.(text, interrupt);
    },
    interactive: surroundings.interactive ?? false,
    colorful: false,
    columns: 120,
    environment: surroundings.environment ?? {},
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  surroundings.onStart?.(interrupt);
  const code = await main(argv, io, { ...ownServices, ...surroundings.services });
  return { code, out, error };
}

/** A compiler that knows one program: for tests of what commands do with it. */
export function compilerOf(program: StepProgram): Pick<Services, "compiler"> {
  const compilation: Compilation = {
    program,
    diagnostics: [],
    sources: new Map([["net.llnet", `model ${program.name} {}`]]),
    models: [program.name],
  };
  const compiler = { compile: () => compilation, renderDiagnostic };
  return { compiler: async () => compiler as unknown as Awaited<ReturnType<Services["compiler"]>> };
}
