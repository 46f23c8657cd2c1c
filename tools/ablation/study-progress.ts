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
  /** Of trials that ran here: how long a unit of cost takes. */
  let secondsPerCost: number | undefined;
  const width = Math.max(...jobs.map(({ name }) => name.length));
  let blockLines = 0;
  let lastDraw = 0;

  function show({ job, what, state, event }: Change): void {
    if (what === "begun") {
      working.set(job, { epoch: 1, drawn: now() });
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
    working.delete(job);
    if (state.status === "done" || state.status === "failed") settled.set(job, state);
    if (state.status === "done" && what === "ended") {
      const seconds = secondsOf(state.result.document.epochs);
      if (job.cost > 0) secondsPerCost = seconds / job.cost;
    }
    const sentence = describe(state);
    // Forty lines of what was done long ago help nobody.
    if (what === "already" && state.status === "done") return;
    line(`${job.name.padEnd(width)}  ${sentence}  (${summary()})`);
  }

  function summary(): string {
    const done = [...settled.values()].filter(({ status }) => status === "done").length;
    const failed = settled.size - done;
    const left = secondsLeft();
    return [
      `${done} of ${jobs.length} done`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(left !== undefined && settled.size < jobs.length ? [`${duration(left)} left`] : []),
    ].join(", ");
  }

  /** Of everything, with the trials spread over the slots. */
  function secondsLeft(): number | undefined {
    const running = [...working.values()].map((row) => row.secondsLeft);
    const waiting = jobs.filter((job) => !settled.has(job) && !working.has(job));
    if (waiting.length > 0 && secondsPerCost === undefined) return undefined;
    if (running.some((left) => left === undefined)) return undefined;
    const own = waiting.reduce((sum, { cost }) => sum + cost * (secondsPerCost ?? 0), 0);
    const sum = running.reduce<number>((total, left) => total + (left ?? 0), own);
    return Math.max(sum / slots, ...running.map((left) => left ?? 0));
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
