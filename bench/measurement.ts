/** What a benchmark hands back: one row of the table. */
export type Row = Measurement | Skipped;

export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the ratio compares with; absent where the value only informs. */
  readonly anchor?: string;
  /** The value over the anchor, or the other way round where more is better: `target` says which side is good. */
  readonly ratio?: number;
  /** What the ratio should be: `<= 0.25`, `>= 1` or `== 1`. */
  readonly target?: string;
}

export interface Skipped {
  readonly name: string;
  /** Why there is nothing to show. */
  readonly skipped: string;
}

/** A function that every `*.bench.ts` exports under a name beginning with `bench`; `note` tells a waiting person what goes on. */
export type Benchmark = (note: (line: string) => void) => Promise<readonly Row[]>;

export type Verdict = "met" | "missed" | "skipped" | "";

/** Whether the ratio is on the good side of the target; empty where there is no target. */
export function judge(row: Row): Verdict {
  if ("skipped" in row) return "skipped";
  if (row.target === undefined || row.ratio === undefined) return "";
  const [, sign, bound] = /^(<=|>=|==) ([\d.]+)$/.exec(row.target) ?? [];
  if (bound === undefined) throw new Error(`a target reads "<= 0.25", ">= 1" or "== 1", not "${row.target}"`);
  const limit = Number(bound);
  const isMet = sign === "<=" ? row.ratio <= limit : sign === ">=" ? row.ratio >= limit : row.ratio === limit;
  return isMet ? "met" : "missed";
}

/** The middle value; the mean of the two middle ones where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
