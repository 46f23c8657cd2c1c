/**
 * Runs of alike units: calls of one function in a row, each given what the one before returned. They become loops, so that
 * a deeper network is not a longer text.
 */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import { isDefined, type Local } from "./local.ts";
import type { Consumers } from "./segments.ts";
import type { Instance } from "./templates.ts";
import { sameVarying } from "./varying.ts";

export interface Item {
  /** One, or those of a loop. */
  readonly instances: readonly [Instance, ...Instance[]];
  /** In a loop: which import is handed on, and which value of the call before it is. */
  readonly carried?: Carried;
}

export interface Carried {
  readonly position: number;
  readonly local: Local;
}

/** Two calls are as short as a loop. */
const shortestRun = 3;

export function findRuns(instances: readonly Instance[], consumers: Consumers): Item[] {
  const candidates = findCandidates(instances, consumers);
  const items = candidates.map((item) => (isAllowed(item, candidates) ? [item] : item.instances.map(single)));
  return items.flat();
}

function single(instance: Instance): Item {
  return { instances: [instance] };
}

function findCandidates(instances: readonly Instance[], consumers: Consumers): Item[] {
  const items: Item[] = [];
  for (let start = 0; start < instances.length; ) {
    const first = instances[start] as Instance;
    const run: [Instance, ...Instance[]] = [first];
    let carried: Carried | undefined;
    for (let next = instances[start + 1]; next !== undefined; next = instances[start + run.length]) {
      const link = linkBetween(run.at(-1) as Instance, next, consumers);
      const fits = link !== undefined && (carried === undefined || sameLink(link, carried));
      if (!fits) break;
      carried = link;
      run.push(next);
    }
    const isRun = carried !== undefined && run.length >= shortestRun && endsCleanly(run, carried, consumers);
    if (isRun && carried !== undefined) items.push({ instances: run, carried });
    else items.push(...run.map(single));
    start += run.length;
  }
  return items;
}

function sameLink(a: Carried, b: Carried): boolean {
  return a.position === b.position && a.local === b.local;
}

/** How the second call follows from the first, if it is the same call with one value handed on and nothing else. */
function linkBetween(a: Instance, b: Instance, consumers: Consumers): Carried | undefined {
  const alike = a.template === b.template && sameReturns(a, b) && sameVarying(a.varying, b.varying);
  if (!alike || (a.partner === undefined) !== (b.partner === undefined)) return undefined;
  const hasChanged = (value: ValueNumber, at: number): boolean => value !== a.imports[at];
  const position = b.imports.findIndex(hasChanged);
  if (position === -1 || position !== b.imports.findLastIndex(hasChanged)) return undefined;
  const carried = b.imports[position] as ValueNumber;
  const local = a.locals.get(carried);
  if (local === undefined || !isDefined(local)) return undefined;
  const isPrivate = a.results.every(
    (value) => consumers.get(value)?.every((consumer) => value === carried && consumer === b.fragment) ?? true,
  );
  return isPrivate ? { position, local } : undefined;
}

function sameReturns(a: Instance, b: Instance): boolean {
  return (
    a.returns.length === b.returns.length &&
    a.returns.every(({ template }, index) => template === b.returns[index]?.template)
  );
}

/** Of the last call of a run, others may use the value handed on and no other. */
function endsCleanly(run: readonly Instance[], { local }: Carried, consumers: Consumers): boolean {
  const last = run.at(-1) as Instance;
  return last.results.every((value) => last.locals.get(value) === local || !consumers.has(value));
}

/** A loop forward needs a loop back over the same units for every pass through them, and the other way round. */
function isAllowed({ instances, carried }: Item, candidates: readonly Item[]): boolean {
  if (carried === undefined) return true;
  const [{ partner, returns }] = instances;
  if (partner === undefined) {
    return returns.every((_, pass) =>
      findMirrored(
        instances.map((instance) => instance.returns[pass]),
        candidates,
      ),
    );
  }
  const forward = findMirrored(
    instances.map((instance) => instance.partner),
    candidates,
  );
  return forward !== undefined && isAllowed(forward, candidates);
}

/** The loop over these instances from the last to the first. */
function findMirrored(instances: readonly (Instance | undefined)[], candidates: readonly Item[]): Item | undefined {
  return candidates.find(
    (item) =>
      item.carried !== undefined &&
      item.instances.length === instances.length &&
      item.instances.every((other, index) => other === instances[instances.length - 1 - index]),
  );
}
