import type { Command as CommanderCommand } from "commander";
import { Command, CommanderError } from "commander";
import { describeCommands } from "./command-table.ts";
import { reportInternalError } from "./internal-error.ts";
import type { CommandIo } from "./io.ts";
import { exitCodes } from "./io.ts";
import { createRunAction } from "./run-action.ts";
import type { Services } from "./services.ts";
import { ownServices } from "./services.ts";
import { ownVersion } from "./version.ts";

/** Runs one command line (without node and script) and returns its exit code; never throws. */
export async function main(argv: readonly string[], io: CommandIo, services: Services = ownServices): Promise<number> {
  let exitCode: number = exitCodes.fine;
  const program = new Command("llnet")
    .description("A language and compiler for local learning: networks cut into gradient-isolated modules.")
    .version(ownVersion, "-v, --version")
    .helpCommand(false);
  const finish = (code: number): void => {
    exitCode = code;
  };
  describeCommands(program, createRunAction({ io, services, argv, finish }));
  program.addHelpText(
    "after",
    "\nStart with:\n  llnet train examples/digits.llnet --data digits\n\n`llnet COMMAND --help` shows a command's options and examples.",
  );
  for (const command of everyCommand(program)) {
    command
      .exitOverride()
      .configureOutput({
        writeOut: io.out,
        writeErr: io.error,
        outputError: (text, write) => write(text.replace(/^error: /, "error: ")),
      })
      .showHelpAfterError("help: see --help");
  }
  try {
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return exitCodes.usage;
    }
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    return await handleFailure(error, io);
  }
}

/** A missing engine is thrown from deep below and is the environment's fault; everything else is ours. */
async function handleFailure(error: unknown, io: CommandIo): Promise<number> {
  if (error instanceof Error && error.name === "EngineError" && "code" in error && "help" in error) {
    io.error(`error[${error.code}]: ${error.message}\nhelp: ${error.help}\n`);
    return exitCodes.environment;
  }
  // Weights that do not fit, found when they are read.
  if (error instanceof Error && error.name === "TrainerError" && "code" in error && "help" in error) {
    io.error(`error[${error.code}]: ${error.message}\nhelp: ${error.help}\n`);
    return exitCodes.usage;
  }
  await reportInternalError(error, io);
  return exitCodes.internal;
}

function everyCommand(program: CommanderCommand): readonly CommanderCommand[] {
  return [program, ...program.commands.flatMap(everyCommand)];
}
