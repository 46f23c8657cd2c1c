import { Argument, type Command } from "commander";
import { examples } from "../options/examples.ts";
import { outputOptions } from "../options/output-options.ts";
import type { RunAction } from "../run-action.ts";

export interface EngineInstallOptions {
  readonly force?: true;
}

export type InstallableEngine = (typeof installable)[number];

const installable = ["native", "cuda", "webgpu"] as const;

export function describeEngineInstall(engine: Command, run: RunAction): void {
  outputOptions(
    engine.command("install").description("Set up an engine: the native one, as the install does, or another."),
  )
    .addArgument(new Argument("[engine]", "native (default), cuda or webgpu").choices([...installable]))
    .option("--force", "build it again even if there is one")
    .addHelpText(
      "after",
      examples("llnet engine install", "llnet engine install --force", "llnet engine install webgpu"),
    )
    .action(
      run(async (session, wanted: InstallableEngine | undefined, options: EngineInstallOptions) =>
        (await import("./engine-install.ts")).engineInstall(session, options, wanted),
      ),
    );
}
