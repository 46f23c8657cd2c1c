import type { CommandIo } from "../cli/io.ts";
import { duration, percent, textTable } from "../cli/text-table.ts";
import { chosenEpoch, secondsOf } from "./chosen-epoch.ts";
import type { Change, Job, TrialEvent } from "./runner.ts";
import type { TrialState } from "./store.ts";

export interface StudyProgress {
  show(change: Change): void;
  /** A line that stays. */
  note(text: string): void;
  /** Takes the redrawn block away. */
  end(): void;
}

interface Working {
  epoch: number;
  loss?: number;
  /** In words; on validation images where some are held out. */
  accuracy?: string;
  secondsLeft?: number;
  readonly begun: number;
  drawn: number;
}

/** Seconds between lines about one trial where the output is no terminal. */
const quietSeconds = 30;

/**
 * Shows a study on stderr. On a terminal, a block that is redrawn: how far it is and a row per trial at work; what has ended
 * stays above it. Elsewhere plain lines.
 */
export function createStudyProgress(
  io: CommandIo,
  jobs: readonly Job[],
  slots: number,
  now: () => number = () => performance.now() / 1000,
): StudyProgress {
  const working = new Map<Job, Working>();
  const settled = new Map<Job, TrialState>();
  /** Of the last trial that ran here: how long a unit of cost takes, and what comes on top: its start, its data, its end. */
  let pace: { readonly perCost: number; readonly onTop: number } | undefined;
  const width = Math.max(...jobs.map(({ name }) => name.length));
  let blockLines = 0;
  let lastDraw = Number.NEGATIVE_INFINITY;

  function show({ job, what, state, event }: Change): void {
    if (what === "begun") {
      working.set(job, { epoch: 1, begun: now(), drawn: now() });
      if (!io.interactive) line(`${job.name.padEnd(width)}  begun`);
    }
    if (what === "elsewhere") line(`${job.name.padEnd(width)}  another process runs it; waiting`);
    if (what === "event" && event !== undefined) follow(job, event);
    if ((what === "ended" || what === "already") && state !== undefined) settle(job, what, state);
    if (io.interactive) draw();
  }

  function follow(job: Job, event: TrialEvent): void {
    const row = working.get(job);
    if (row === undefined || (event.kind !== "epoch" && event.kind !== "step")) return;
    row.secondsLeft = event.secondsLeft;
    if (event.kind === "step") {
      row.epoch = event.epoch;
      return;
    }
    row.epoch = event.record.epoch;
    row.loss = event.record.train.total;
    const { validation, test } = event.record;
    row.accuracy = percent((validation ?? test).accuracy) + (validation === undefined ? "" : " validation");
    if (io.interactive || (now() - row.drawn < quietSeconds && row.epoch < job.epochs)) return;
    row.drawn = now();
    line(
      `${job.name.padEnd(width)}  epoch ${row.epoch}/${job.epochs}  loss ${row.loss.toPrecision(3)}  ${row.accuracy}  ${duration(row.secondsLeft)} left`,
    );
  }

  function settle(job: Job, what: Change["what"], state: TrialState): void {
    const row = working.get(job);
    working.delete(job);
    // One that was interrupted is not run again here.
    if (what === "ended" || state.status === "done" || state.status === "failed") settled.set(job, state);
    if (state.status === "done" && what === "ended" && row !== undefined) {
      // An earlier invocation may have done a part of it.
      const seconds = Math.min(secondsOf(state.result.document.epochs), now() - row.begun);
      if (job.cost > 0) pace = { perCost: seconds / job.cost, onTop: now() - row.begun - seconds };
    }
    const sentence = describe(state);
    // Forty lines of what was done long ago help nobody.
    if (what === "already" && state.status === "done") return;
    line(`${job.name.padEnd(width)}  ${sentence}  (${summary()})`);
  }

  function summary(): string {
    const counted = (wanted: TrialState["status"]) =>
      [...settled.values()].filter(({ status }) => status === wanted).length;
    const [failed, interrupted] = [counted("failed"), counted("interrupted")];
    const left = secondsLeft();
    return [
      `${counted("done")} of ${jobs.length} done`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(interrupted > 0 ? [`${interrupted} interrupted`] : []),
      ...(left !== undefined && settled.size < jobs.length ? [`${duration(left)} left`] : []),
    ].join(", ");
  }

  /** Of everything, with the trials spread over the slots. */
  function secondsLeft(): number | undefined {
    const running = [...working].map(([job, row]) => row.secondsLeft ?? guess(job));
    const waiting = jobs.filter((job) => !settled.has(job) && !working.has(job)).map(guess);
    const known = [...running, ...waiting].filter((seconds) => seconds !== undefined);
    if (known.length < running.length + waiting.length) return undefined;
    const sum = known.reduce((total, seconds) => total + seconds, 0);
    return Math.max(sum / slots, ...known);
  }

  function guess({ cost }: Job): number | undefined {
    return pace && pace.onTop + cost * pace.perCost;
  }

  function line(text: string): void {
    erase();
    io.error(`${text}\n`);
  }

  function draw(isForced = false): void {
    if (!isForced && now() - lastDraw < 0.1 && working.size > 0) return;
    lastDraw = now();
    erase();
    const rows = [...working].map(([job, { epoch, loss, accuracy, secondsLeft: left }]) => [
      job.name,
      `${epoch}/${job.epochs}`,
      loss?.toPrecision(3) ?? "",
      accuracy ?? "",
      left === undefined ? "" : duration(left),
    ]);
    const table = rows.length === 0 ? "" : textTable(columns, rows);
    const lines = `${table}${summary()}`.split("\n").map((text) => text.slice(0, io.columns - 1));
    blockLines = lines.length;
    io.error(`${lines.join("\n")}\n`);
  }

  function erase(): void {
    if (blockLines > 0) io.error(`\u001b[${blockLines}A\u001b[J`);
    blockLines = 0;
  }

  function note(text: string): void {
    line(text);
    if (io.interactive && working.size > 0) draw(true);
  }

  return { show, note, end: erase };
}

const columns = [
  { title: "variant", align: "left" },
  { title: "epoch", align: "right" },
  { title: "loss", align: "right" },
  { title: "accuracy", align: "right" },
  { title: "left", align: "right" },
] as const;

/** What became of a trial, in a few words. */
export function describe(state: TrialState): string {
  if (state.status === "failed") return `failed: ${state.reason}`;
  if (state.status === "running") return `running on ${state.holder.host}`;
  if (state.status === "planned") return "not begun";
  if (state.status === "interrupted") return "interrupted; it continues from its checkpoint";
  const { document, stoppedBy } = state.result;
  const last = document.epochs.at(-1);
  const chosen = chosenEpoch(state, document.epochs);
  const accuracy = chosen === undefined ? "without an epoch" : percent(chosen.test.accuracy);
  const how = document.best === undefined ? "" : ` at epoch ${document.best.epoch}, the best on validation,`;
  const seconds = secondsOf(document.epochs);
  const early = stoppedBy === undefined ? "" : `, stopped after epoch ${last?.epoch ?? 0} by \`${stoppedBy}\``;
  return `${accuracy}${how} in ${duration(seconds)}${early}`;
}
