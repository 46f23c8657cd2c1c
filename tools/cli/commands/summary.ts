import type { ModuleSummary, Summary } from "../../../compiler/index.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { isExitCode, loadModel } from "../load-model.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import { bytes, count, magnitude, textTable } from "../text-table.ts";
import type { SummaryOptions } from "./summary.command.ts";

/** Prints what every module costs. */
export async function summary(session: Session, file: string, options: SummaryOptions): Promise<ExitCode> {
  const loaded = await loadModel(session, file, options);
  if (isExitCode(loaded)) return loaded;
  const { scoped } = loaded.compilation;
  if (scoped === undefined) throw new Error("a compilation with a program has no scoped model");
  const { summarize } = await session.services.compiler();
  const result = summarize(scoped, loaded.program, options.batch);
  if (session.json) printJson(session, result);
  else session.io.out(renderSummary(result));
  return exitCodes.fine;
}

/** The tables of `llnet summary`. */
export function renderSummary(summary: Summary): string {
  const { parameters, modules, macs } = summary;
  const withContext = modules.some(({ context }) => context.parameters > 0);
  const columns = [
    { title: "module", align: "right" },
    { title: "units", align: "left" },
    { title: "parameters", align: "right" },
    { title: "multiply-adds", align: "right" },
    { title: "head", align: "left" },
    { title: "parameters", align: "right" },
    { title: "multiply-adds", align: "right" },
    ...(withContext ? [{ title: "context", align: "right" } as const] : []),
    { title: "saved per sample", align: "right" },
  ] as const;
  const all = [
    ...["", "all", count(parameters.backbone), magnitude(macs.backbone)],
    ...["", count(parameters.heads), magnitude(macs.heads)],
    ...(withContext ? [count(parameters.context)] : []),
    bytes(modules.reduce((sum, { savedBytesPerSample }) => sum + savedBytesPerSample, 0)),
  ];
  const table = textTable(columns, [...modules.flatMap((module) => moduleRows(module, withContext)), all], 1);
  const facts = [
    ["backbone", summary.backbone],
    ["inference", `${count(parameters.inference)} parameters`],
    ["training", `${count(parameters.training)} parameters`],
    ...(parameters.shared > 0 ? [["shared", `${count(parameters.shared)} of them, one for all modules`] as const] : []),
    ...(parameters.averages > 0
      ? [["averages", `${count(parameters.averages)} more that follow others, untrained`] as const]
      : []),
    [
      "peak memory",
      `${bytes(summary.peakBytes)} for a training step of ${count(summary.batch)} samples, weights not counted`,
    ],
  ] as const;
  return `${summary.model}\n\n${table}\n${facts.map(([name, text]) => `${name.padEnd(12)} ${text}\n`).join("")}`;
}

/** A module with several heads takes a line for each; the readout's cost is the module's own, it stays in inference. */
function moduleRows(module: ModuleSummary, withContext: boolean): string[][] {
  const heads = module.heads.map(({ name, parameters, macs }) => [name, count(parameters), magnitude(macs)]);
  const readout = module.readout === undefined ? [] : [[`${module.readout.name} (readout)`, "", ""]];
  const cells = [...heads, ...readout];
  return (cells.length > 0 ? cells : [["off", "", ""]]).map((head, index) => {
    const own = (text: string) => (index === 0 ? text : "");
    return [
      own(String(module.index)),
      own(unitsText(module.units)),
      own(count(module.parameters)),
      own(magnitude(module.macs)),
      ...head,
      ...(withContext ? [own(count(module.context.parameters))] : []),
      own(bytes(module.savedBytesPerSample)),
    ];
  });
}

/** `stem … stage[1].block[5] (6)` */
function unitsText(units: readonly string[]): string {
  if (units.length <= 2) return units.join(", ");
  return `${units[0]} … ${units.at(-1)} (${units.length})`;
}
