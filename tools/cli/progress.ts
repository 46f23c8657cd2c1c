import { type Dataset, positionOf, type StepProgram, weightAt } from "../../runtime/index.ts";
import type { Losses, TrainingEvent } from "../../runtime/train/loop/index.ts";
import type { CommandIo } from "./io.ts";
import { count, duration, percent } from "./text-table.ts";

export interface Beginning {
  readonly program: StepProgram;
  readonly dataset: Dataset;
  readonly engine: string;
  readonly executor: string;
  readonly run: string;
}

export interface Progress {
  begin(beginning: Beginning): void;
  show(event: TrainingEvent): void;
  /** Takes the redrawn line away. */
  end(): void;
}

/** Seconds between lines within an epoch where the output is no terminal. */
const quietSeconds = 10;

/**
 * Shows a run on stderr: on a terminal one line that is redrawn, elsewhere plain lines: one per epoch, and one every ten
 * seconds within long epochs.
 */
export function createProgress(io: CommandIo, now: () => number = () => performance.now() / 1000): Progress {
  let program: StepProgram | undefined;
  let drawn = false;
  // On a terminal the first line is drawn at once: even the shortest run shows what it does.
  let last = io.interactive ? Number.NEGATIVE_INFINITY : now();

  function begin(beginning: Beginning): void {
    program = beginning.program;
    const { dataset, engine, executor, run } = beginning;
    const modules = program.modules.length;
    io.error(
      `${program.name} on ${dataset.name}: ${sizes(dataset)} images, ` +
        `${modules} ${modules === 1 ? "module" : "modules"}, batch ${program.recipe.batch}\n` +
        `${engine}, ${executor} executor\nrun ${run}\n`,
    );
  }

  function show(event: TrainingEvent): void {
    if (event.kind === "started" && event.resumed) {
      line(`continued in epoch ${event.epoch} after step ${event.step} of ${event.stepsPerEpoch}`);
    }
    if (event.kind === "phase") line(phaseLine(event));
    if (event.kind === "keeping") {
      const { module, share, secondsLeft } = event;
      passing(`outputs before module ${module}  ${percent(share)}  ${duration(secondsLeft)} left`);
    }
    if (event.kind === "epoch") line(epochLine(event, program));
    if (event.kind === "step") passing(stepLine(event, program, io.interactive));
    if (event.kind === "evaluation") {
      passing(
        `epoch ${event.epoch}/${event.epochs}  ${event.split === "validation" ? "validating" : "testing"}  ${percent(event.share)}`,
      );
    }
  }

  /** A line that stays. */
  function line(text: string): void {
    end();
    last = now();
    io.error(`${text}\n`);
  }

  /** A line that the next one replaces. */
  function passing(text: string): void {
    const wait = io.interactive ? 0.1 : quietSeconds;
    if (now() - last < wait) return;
    last = now();
    if (!io.interactive) {
      io.error(`${text}\n`);
      return;
    }
    io.error(`\r${text.slice(0, io.columns - 1)}\u001b[K`);
    drawn = true;
  }

  function end(): void {
    if (drawn) io.error("\r\u001b[K");
    drawn = false;
  }

  return { begin, show, end };
}

/** `1,293 training, 144 validation and 360 test` */
function sizes({ train, validation, test }: Dataset): string {
  const held = validation === undefined ? "" : `, ${count(validation.count)} validation`;
  return `${count(train.count)} training${held} and ${count(test.count)} test`;
}

function phaseLine(event: Extract<TrainingEvent, { kind: "phase" }>): string {
  const { phase, phases, module, epochs, note } = event;
  const [first, last] = epochs;
  return `phase ${phase}/${phases}: module ${module} alone, epochs ${first} to ${last}${note === undefined ? "" : `; ${note}`}`;
}

function stepLine(
  event: Extract<TrainingEvent, { kind: "step" }>,
  program: StepProgram | undefined,
  withBar: boolean,
): string {
  const { epoch, epochs, step, stepsPerEpoch, imagesPerSecond, secondsLeft } = event;
  return (
    `epoch ${epoch}/${epochs}${withBar ? `  ${drawBar(step / stepsPerEpoch)}` : ""}  step ${step}/${stepsPerEpoch}  ` +
    `loss ${lossText(event, program)}  ${count(imagesPerSecond)} images/s  ${duration(secondsLeft)} left`
  );
}

function epochLine(event: Extract<TrainingEvent, { kind: "epoch" }>, program: StepProgram | undefined): string {
  const { record, epochs, secondsLeft } = event;
  const { test, validation } = record;
  const local = Object.values(test.accuracies).slice(0, -1);
  const heads = local.length > 0 ? ` (local ${shorten(local.map((share) => (100 * share).toFixed(1)))})` : "";
  // A head may classify nothing, and in a sequential training there may be no other yet.
  const tested = Number.isFinite(test.accuracy) ? `test ${percent(test.accuracy)}` : "tested";
  const held = Number.isFinite(validation?.accuracy) ? `validation ${percent(validation?.accuracy ?? 0)}  ` : "";
  const left = record.epoch < epochs ? `  ${duration(secondsLeft)} left` : "";
  return (
    `epoch ${String(record.epoch).padStart(String(epochs).length)}/${epochs}  loss ${lossText(record, program)}  ` +
    `${held}${tested}${heads}  ${count(record.imagesPerSecond)} images/s${left}`
  );
}

/** One number per module that is trained: the sum of its losses, weighted. */
function lossText(
  { losses, epoch }: { readonly losses: Losses; readonly epoch: number },
  program: StepProgram | undefined,
): string {
  if (program === undefined) return "";
  const position = positionOf(program, epoch);
  const present = program.losses.filter(({ name }) => losses[name] !== undefined);
  // In a sequential training the module of the phase alone.
  const modules = program.modules.filter(
    ({ index }) => present.length === 0 || present.some((loss) => loss.module === index),
  );
  const totals = modules.map(({ index }) =>
    present
      .filter(({ module }) => module === index)
      .reduce((sum, { name, weight }) => sum + weightAt(weight, position) * (losses[name] ?? 0), 0),
  );
  return shorten(totals.map((total) => total.toPrecision(3)));
}

/** At most eight of a long list, the last always among them. */
function shorten(texts: readonly string[]): string {
  return texts.length <= 8 ? texts.join(" ") : `${texts.slice(0, 6).join(" ")} … ${texts.at(-1)}`;
}

function drawBar(share: number): string {
  const full = Math.round(16 * share);
  return `${"━".repeat(full)}${"─".repeat(16 - full)}`;
}
