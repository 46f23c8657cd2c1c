/** Which recomputation lowers the peak of a step most cheaply. */
import { type MemoryPlan, planMemory } from "../../runtime/program/plan.ts";
import type { Procedure } from "../../runtime/program/step-program.ts";
import { type Candidate, type CandidateKind, listCandidates } from "./candidates.ts";
import type { RecomputeChoice } from "./choice.ts";
import type { Rewriting } from "./finish.ts";
import { lifetimesOf, rewrite } from "./recompute.ts";

export interface RecomputeRequest {
  readonly batch: number;
  /** The peak to come down to. Absent: as far as it goes. */
  readonly limit?: number;
  /** What may be computed again, what is to be tried first in front. */
  readonly kinds: readonly CandidateKind[];
}

/** Tensors below this share of the peak are not worth an instruction. */
const leastShare = 1e-4;

interface Attempt extends Rewriting {
  readonly chosen: readonly Candidate[];
  readonly plan: MemoryPlan;
}

/**
 * Greedy: what spans the peak and saves most bytes per cost goes first, until the peak is low enough or nothing spans it;
 * then whatever turned out not to be needed is kept after all, the dearest first.
 */
export function chooseRecomputation(procedure: Procedure, request: RecomputeRequest): RecomputeChoice {
  const { batch, limit = 0, kinds } = request;
  const lifetimes = lifetimesOf(procedure);
  const attempt = (chosen: readonly Candidate[]): Attempt => {
    const rewriting = rewrite(procedure, choiceOf(chosen), lifetimes);
    return { ...rewriting, chosen, plan: planMemory(rewriting.procedure, batch) };
  };
  const nothing = attempt([]);
  const all = listCandidates(procedure, lifetimes, batch, nothing.plan.peakBytes * leastShare);
  const found = descend(limit);
  // The way down differs with the goal; what one finds must not depend on how little was asked for.
  const best = limit > 0 && found.plan.peakBytes > limit ? lower(descend(0), found) : found;
  return choiceOf(keepUnneeded(best, Math.max(limit, best.plan.peakBytes), attempt).chosen);

  function descend(goal: number): Attempt {
    const spent = new Set<Candidate>();
    let [current, lowest] = [nothing, nothing];
    for (const count of kinds.keys()) {
      const allowed = all.filter(({ kind }) => kinds.slice(0, count + 1).includes(kind));
      while (lowest.plan.peakBytes > goal) {
        const next = extend(current, allowed, spent, Math.max(goal, floorOf(current, allowed)));
        if (next === undefined) break;
        current = attempt(next);
        lowest = lower(current, lowest);
      }
      current = lowest;
    }
    return lowest;
  }
}

function lower(one: Attempt, other: Attempt): Attempt {
  return one.plan.peakBytes < other.plan.peakBytes ? one : other;
}

function choiceOf(chosen: readonly Candidate[]): RecomputeChoice {
  const numbers = (wanted: boolean): number[] =>
    chosen.filter(({ kind }) => (kind === "section") === wanted).map(({ number }) => number);
  return { values: numbers(false), sections: numbers(true) };
}

/** What is chosen, and more that spans the peak; undefined where nothing does. */
function extend(
  { chosen, plan, positions }: Attempt,
  allowed: readonly Candidate[],
  spent: Set<Candidate>,
  target: number,
): Candidate[] | undefined {
  const peak = positions[plan.peakInstruction] ?? -1;
  const gone = new Set(chosen.flatMap(({ buffers }) => buffers.map(({ value }) => value)));
  const spanning = allowed
    .filter((candidate) => !spent.has(candidate))
    .map((candidate) => ({ candidate, saves: savesAt(candidate, peak, gone) }))
    .filter(({ saves }) => saves > 0)
    .sort((a, b) => b.saves / b.candidate.cost - a.saves / a.candidate.cost);
  let result = [...chosen];
  let excess = plan.peakBytes - target;
  let isExtended = false;
  for (const { candidate, saves } of spanning) {
    if (excess <= 0) break;
    const inTheWay = result.filter((other) => excludes(candidate, other) || excludes(other, candidate));
    // Only a whole section takes the place of what it cannot stand beside.
    if (inTheWay.length > 0 && candidate.kind !== "section") continue;
    if (inTheWay.some(({ kind }) => kind === "section")) continue;
    result = [...result.filter((other) => !inTheWay.includes(other) && !covers(candidate, other)), candidate];
    spent.add(candidate);
    excess -= saves;
    isExtended = true;
  }
  return isExtended ? result : undefined;
}

/** Whether one is made again from something the other releases. */
function excludes(candidate: Candidate, other: Candidate): boolean {
  return other.buffers.some(({ value }) => candidate.needs.includes(value));
}

/** Whether one releases all that the other does. */
function covers({ buffers }: Candidate, other: Candidate): boolean {
  const released = new Set(buffers.map(({ value }) => value));
  return other.buffers.every(({ value }) => released.has(value));
}

function savesAt({ buffers, extraBytes }: Candidate, position: number, gone: ReadonlySet<number>): number {
  const released = buffers.filter(
    ({ value, gaps }) => !gone.has(value) && gaps.some(([from, to]) => from < position && position < to),
  );
  return released.reduce((sum, { bytes }) => sum + bytes, 0) - extraBytes;
}

/** No peak can fall below this while only these are computed again: it keeps the search from choosing what cannot help. */
function floorOf({ chosen, plan, positions }: Attempt, allowed: readonly Candidate[]): number {
  const gone = new Set(chosen.flatMap(({ buffers }) => buffers.map(({ value }) => value)));
  const buffers = new Map(
    allowed.flatMap((candidate) => candidate.buffers.map((buffer) => [buffer.value, buffer] as const)),
  );
  const changes: { readonly position: number; readonly bytes: number }[] = [];
  for (const { value, bytes, gaps } of buffers.values()) {
    if (gone.has(value)) continue;
    for (const [from, to] of gaps) changes.push({ position: from + 0.1, bytes }, { position: to - 0.1, bytes: -bytes });
  }
  changes.sort((a, b) => a.position - b.position);
  let released = 0;
  let next = 0;
  let floor = 0;
  plan.timeline.forEach((live, index) => {
    while (next < changes.length && (changes[next]?.position ?? 0) <= (positions[index] as number)) {
      released += changes[next++]?.bytes ?? 0;
    }
    floor = Math.max(floor, live - released);
  });
  return floor;
}

/** Gives up recomputation that the peak does not need, as long as it stays at most `limit`. */
function keepUnneeded(found: Attempt, limit: number, attempt: (chosen: readonly Candidate[]) => Attempt): Attempt {
  let current = found;
  const byCost = [...found.chosen].sort((a, b) => ratioOf(b) - ratioOf(a));
  for (const candidate of byCost) {
    if (!hasRoom(current, candidate, limit)) continue;
    const without = attempt(current.chosen.filter((other) => other !== candidate));
    if (without.plan.peakBytes <= limit) current = without;
  }
  return current;
}

/** A quick look, before the exact plan: whether its buffers would fit into all of their gaps. */
function hasRoom({ plan, positions }: Attempt, { buffers }: Candidate, limit: number): boolean {
  return buffers.every(({ bytes, gaps }) =>
    plan.timeline.every((live, index) => {
      const position = positions[index] as number;
      return live + bytes <= limit || !gaps.some(([from, to]) => from < position && position < to);
    }),
  );
}

function ratioOf({ cost, buffers }: Candidate): number {
  return cost / buffers.reduce((sum, { bytes }) => sum + bytes, 0);
}
