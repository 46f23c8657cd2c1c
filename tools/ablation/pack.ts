/** Which trial may start next, so that the ones at work fit into the machine together. */

export interface Machine {
  /** Trials at a time. */
  readonly jobs: number;
  /** Bytes that all trials together may plan for. */
  readonly memory: number;
  /** Names of accelerators, one trial each; empty: trials run on the processor. */
  readonly devices: readonly string[];
}

export interface Load {
  /** What a trial needs: its planned peak, its variables, and what a process needs by itself. */
  readonly bytes: number;
}

/** A process with the engine loaded and nothing to do, and the engine's own working memory. */
export const processBytes = 400e6;

/**
 * The first waiting trial that fits beside the ones at work. One that is too large for the machine alone is let in when nothing
 * else is at work: the plan may be too careful, and a refusal would help nobody.
 */
export function nextThatFits<T extends Load>(
  waiting: readonly T[],
  working: readonly Load[],
  machine: Machine,
): T | undefined {
  if (working.length >= slots(machine)) return undefined;
  const used = working.reduce((sum, { bytes }) => sum + bytes, 0);
  const fitting = waiting.find(({ bytes }) => used + bytes <= machine.memory);
  return fitting ?? (working.length === 0 ? waiting[0] : undefined);
}

/** Trials that can be at work at once. */
export function slots({ jobs, devices }: Machine): number {
  return devices.length === 0 ? jobs : Math.min(jobs, devices.length);
}

/** The first device nobody uses. */
export function freeDevice({ devices }: Machine, used: readonly (string | undefined)[]): string | undefined {
  return devices.find((device) => !used.includes(device));
}
