import type { VariantSummary } from "./types.ts";

export interface Estimate {
  readonly seconds: number;
  /** False where it rests on multiply-adds and a guess of the machine's speed. */
  readonly isMeasured: boolean;
}

/** Multiply-adds per second and core: what the native engine reaches on a ResNet-32 training step, to within a factor of three. */
const macsPerSecondAndCore = 50e9;

/** A backward pass costs about twice the forward pass. */
const passes = 3;

/** How long a training of `samples` samples per epoch takes (less those held out for validation), without evaluation. */
export function estimate(
  { macs, batch, epochs, validation = 0 }: VariantSummary,
  stepSeconds: number | undefined,
  samples: number,
  cores: number,
): Estimate {
  const trained = samples * (1 - validation);
  const steps = Math.ceil(trained / batch);
  if (stepSeconds !== undefined) return { seconds: stepSeconds * steps * epochs, isMeasured: true };
  return { seconds: (passes * macs * trained * epochs) / (macsPerSecondAndCore * cores), isMeasured: false };
}

/** `12 s`, `4 min`, `2.3 h`, `3.1 days`; an estimate has no more digits. */
export function roughly(seconds: number): string {
  if (seconds < 1) return "1 s";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${short(seconds / 3600)} h`;
  return `${short(seconds / 86_400)} days`;
}

function short(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}
