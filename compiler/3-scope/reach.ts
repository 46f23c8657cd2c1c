/** Which weights each loss trains: everything between the loss and the nearest gradient stop. */
import type { Edge, Fragment, FragmentLoss, Reach, Unit } from "../2-elaborate/model.ts";
import { isTrained, wholeAddress } from "../2-elaborate/weight-address.ts";
import type { IsolationMatrix, Module, Owner, ScopedLoss } from "./scoped-model.ts";

/** Every loss of every module with its scope and the weights it trains, in program order. */
export function reachLosses(modules: readonly Module[], owners: readonly Owner[]): ScopedLoss[] {
  const order = new Map(owners.flatMap(({ weights }) => weights).map(({ address }, position) => [address, position]));
  const position = (address: string): number => order.get(address) ?? 0;
  const units = new Map(
    modules.flatMap((module) => module.units.map((unit) => [unit.index, { unit, module }] as const)),
  );
  return modules.flatMap((module) =>
    (module.head?.fragment.losses ?? []).map((loss) => {
      const firstUnit = firstUnitOf(module, modules, loss.reach);
      const trains = [...trainedBy(loss, module, units, firstUnit)].sort((a, b) => position(a) - position(b));
      return {
        name: `module[${module.index}].${loss.name}`,
        module: module.index,
        weight: loss.weight,
        reach: loss.reach,
        firstUnit,
        trains,
      };
    }),
  );
}

/** `reach 2` goes back to the start of the module before; `reach 3 units` three units further than the own module. */
function firstUnitOf(module: Module, modules: readonly Module[], { modules: depth, units }: Reach): number {
  const first = modules[Math.max(module.index - depth, 0)]?.units[0]?.index ?? 1;
  return Math.max(first - units, 1);
}

function trainedBy(
  loss: FragmentLoss,
  module: Module,
  units: ReadonlyMap<number, { readonly unit: Unit; readonly module: Module }>,
  firstUnit: number,
): ReadonlySet<string> {
  const head = module.head?.fragment as Fragment;
  const trained = new Set<string>();
  const visited = new Set<string>();
  const pending: { fragment: Fragment; owner: string; unit: number; edge: Edge }[] = [
    { fragment: head, owner: `head[${module.index}]`, unit: module.units.at(-1)?.index ?? 1, edge: loss.value },
  ];
  const enterUnit = (index: number, edge: (fragment: Fragment) => Edge | undefined): void => {
    const unit = units.get(index)?.unit;
    const from = unit && edge(unit.fragment);
    if (unit === undefined || from === undefined || index < firstUnit) return;
    pending.push({ fragment: unit.fragment, owner: unit.address, unit: index, edge: from });
  };
  const enterChain = (unit: number): void => {
    enterUnit(unit - 1, ({ output }) => output);
    const into = units.get(unit)?.module;
    if (into?.context?.output === undefined || into.units[0]?.index !== unit) return;
    pending.push({ fragment: into.context, owner: `context[${into.index}]`, unit, edge: into.context.output });
  };
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { fragment, owner, unit, edge } = next;
    const key = `${owner} ${edge}`;
    if (visited.has(key)) continue;
    visited.add(key);
    const source = fragment.inputs[edge]?.source;
    if (source?.kind === "chain") enterChain(unit);
    else if (source?.kind === "module_output") enterUnit(unit, ({ output }) => output);
    else if (source?.kind === "unit") enterUnit(source.unit, ({ output }) => output);
    else if (source?.kind === "tap") enterUnit(source.unit, ({ taps }) => taps[source.name]);
    const node = source === undefined ? fragment.nodes[edge - fragment.inputs.length] : undefined;
    if (node === undefined || node.operation === "detach") continue;
    for (const weight of node.weights) if (isTrained(weight)) trained.add(wholeAddress(owner, weight));
    for (const input of node.inputs) pending.push({ fragment, owner, unit, edge: input });
  }
  return trained;
}

/** Losses × owners: whether a loss trains at least one weight of an owner. */
export function isolationMatrix(losses: readonly ScopedLoss[], owners: readonly Owner[]): IsolationMatrix {
  return {
    losses: losses.map(({ name }) => name),
    owners: owners.map(({ name }) => name),
    reaches: losses.map(({ trains }) => {
      const trained = new Set(trains);
      return owners.map(({ weights }) => weights.some(({ address }) => trained.has(address)));
    }),
  };
}
