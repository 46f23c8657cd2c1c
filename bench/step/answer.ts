/** What a contender says after a step. */
export interface StepAnswer {
  /** Wall time. */
  readonly milliseconds: number;
  /** User and system time of all threads of the contender's process. */
  readonly cpuMilliseconds: number;
  /** The classification loss of each module, first to last. */
  readonly losses: readonly number[];
  /** Our own executors only: bytes that the plan says a step holds, and that it really held. */
  readonly memory?: { readonly planned: number; readonly tracked?: number };
}

/** Times one step, its losses read back, which waits for the work. */
export async function timed(step: () => Promise<readonly number[]> | readonly number[]): Promise<StepAnswer> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const losses = await step();
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { milliseconds, cpuMilliseconds: (user + system) / 1000, losses };
}
