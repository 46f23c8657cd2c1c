/** Every command, in the order of the help. What a command does is loaded when it is run, its description is not. */
import type { Command } from "commander";
import { describeAblatePlan } from "./commands/ablate-plan.command.ts";
import { describeAblateReport } from "./commands/ablate-report.command.ts";
import { describeAblateRun } from "./commands/ablate-run.command.ts";
import { describeAblateStatus } from "./commands/ablate-status.command.ts";
import { describeAblateTrial } from "./commands/ablate-trial.command.ts";
import { describeCheck } from "./commands/check.command.ts";
import { describeCompile } from "./commands/compile.command.ts";
import { describeDiff } from "./commands/diff.command.ts";
import { describeDoctor } from "./commands/doctor.command.ts";
import { describeEngineInstall } from "./commands/engine-install.command.ts";
import { describeEvaluate } from "./commands/evaluate.command.ts";
import { describeExplain } from "./commands/explain.command.ts";
import { describeFormat } from "./commands/fmt.command.ts";
import { describeGraph } from "./commands/graph.command.ts";
import { describeIsolation } from "./commands/isolation.command.ts";
import { describeLint } from "./commands/lint.command.ts";
import { describeLsp } from "./commands/lsp.command.ts";
import { describeNew } from "./commands/new.command.ts";
import { describePredict } from "./commands/predict.command.ts";
import { describeRepro } from "./commands/repro.command.ts";
import { describeSummary } from "./commands/summary.command.ts";
import { describeTrain } from "./commands/train.command.ts";
import type { RunAction } from "./run-action.ts";

/** Adds a command with its options and examples to its parent. */
type DescribeCommand = (parent: Command, run: RunAction) => void;

export function describeCommands(program: Command, run: RunAction): void {
  const describe = (parent: Command, ...commands: readonly DescribeCommand[]): void => {
    for (const describeCommand of commands) describeCommand(parent, run);
  };
  const group = (name: string, description: string): Command =>
    program.command(name).description(description).helpCommand(false);

  describe(program, describeCheck, describeSummary, describeIsolation, describeCompile, describeGraph);
  describe(program, describeTrain, describeEvaluate, describePredict);
  describe(
    group("ablate", "Studies: plan variants, run each once, compare."),
    describeAblatePlan,
    describeAblateRun,
    describeAblateStatus,
    describeAblateReport,
    describeAblateTrial,
  );
  describe(program, describeRepro, describeDiff, describeNew, describeDoctor, describeFormat, describeLint);
  describe(program, describeExplain, describeLsp);
  describe(group("engine", "Manage engines."), describeEngineInstall);
}
