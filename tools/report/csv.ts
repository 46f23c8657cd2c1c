import { secondsOf } from "../ablation/chosen-epoch.ts";
import type { StudyReport } from "./study-report.ts";

/** One line per trial, for spreadsheets and data frames (RFC 4180). */
export function csvReport({ study, rows }: StudyReport): string {
  const paths = study.axes.flatMap((axis) => axis.paths);
  const titles = [
    ...["study", "variant", ...paths, "seed", "status", "epochs", "accuracy", "loss", "seconds"],
    ...["chosen_epoch", "validation_accuracy"],
    ...["parameters_inference", "parameters_training", "macs", "planned_peak_bytes", "variable_bytes"],
    ...["tracked_peak_bytes", "program", "data", "trial", "stopped_by"],
  ];
  const lines = rows.flatMap(({ variant, trials }) =>
    trials.map(({ trial, state, epochs, chosen, manifest }) => {
      const last = state.status === "done" ? chosen : undefined;
      const { parameters, macs, peakBytes, variableBytes } = variant.summary;
      return [
        study.name,
        variant.name,
        ...paths.map((path) => variant.set[path] ?? ""),
        trial.seed,
        state.status,
        epochs.length,
        last?.test.accuracy ?? "",
        last?.train.total ?? "",
        last === undefined ? "" : secondsOf(epochs),
        last?.epoch ?? "",
        last?.validation?.accuracy ?? "",
        parameters.inference,
        parameters.training,
        macs,
        peakBytes,
        variableBytes,
        state.status === "done" ? (state.result.document.memory.tracked ?? "") : "",
        variant.programHash,
        manifest?.dataset.checksum ?? trial.data.checksum,
        trial.id,
        state.status === "done" ? (state.result.stoppedBy ?? "") : "",
      ];
    }),
  );
  return [titles, ...lines].map((cells) => `${cells.map(field).join(",")}\r\n`).join("");
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
