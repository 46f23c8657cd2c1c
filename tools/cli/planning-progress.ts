import type { CommandIo } from "./io.ts";
import { count, duration } from "./text-table.ts";

export interface PlanningProgress {
  /** Variants compiled, of how many. */
  show(done: number, total: number): void;
  /** Takes the redrawn line away. */
  end(): void;
}

/** Seconds without a word: most studies are planned by then. */
const patience = 2;
/** Seconds between lines, redrawn on a terminal. */
const [redrawn, written] = [0.1, 10];

/** How far the compiling of a study is, on stderr: `312 of 1,000 variants  98/s  0:07 left`. */
export function createPlanningProgress(
  io: Pick<CommandIo, "error" | "interactive" | "columns">,
  now: () => number = () => performance.now() / 1000,
): PlanningProgress {
  const start = now();
  let last = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    show(done, total) {
      const elapsed = now() - start;
      if (elapsed < patience || elapsed - last < (io.interactive ? redrawn : written) || done === total) return;
      last = elapsed;
      const rate = done / elapsed;
      const rateText = rate < 10 ? rate.toFixed(1) : count(Math.round(rate));
      const left = duration((total - done) / rate);
      const text = `${count(done)} of ${count(total)} variants  ${rateText}/s  ${left} left`;
      io.error(io.interactive ? `\r${text.slice(0, io.columns - 1)}\u001b[K` : `${text}\n`);
      drawn = io.interactive;
    },
    end() {
      if (drawn) io.error("\r\u001b[K");
      drawn = false;
    },
  };
}
