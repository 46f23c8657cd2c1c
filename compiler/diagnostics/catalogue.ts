/**
 * Every code the compiler can report: its number, severity and message. Numbers are never reused; the bands are LL1 syntax
 * (worded by the grammar), LL2 names and types, LL3 shapes, LL4 splits and isolation, LL5 losses and heads, LL6 recipe,
 * LL7 ablation fairness, LL8 data, LL9 environment.
 *
 * LL2091 and LL3006 are retired.
 *
 * A message says what is wrong, alone on a line, lower-case, without a final full stop; advice belongs in `help`.
 */
import type { Severity } from "./diagnostic.ts";

export interface CatalogueEntry<Facts> {
  readonly code: string;
  readonly severity: Severity;
  readonly message: (facts: Facts) => string;
}

function error<Facts = object>(code: string, message: (facts: Facts) => string): CatalogueEntry<Facts> {
  return { code, severity: "error", message };
}

function warning<Facts = object>(code: string, message: (facts: Facts) => string): CatalogueEntry<Facts> {
  return { code, severity: "warning", message };
}

interface Named {
  readonly name: string;
}
interface Found {
  readonly expected: string;
  readonly found: string;
}
interface Worded {
  readonly message: string;
}

export const catalogue = {
  // ── LL2: names and types ──────────────────────────────────────────────────────────────────────────────────────────
  "unknown-name": error<Named>("LL2001", ({ name }) => `there is no \`${name}\` here`),
  "duplicate-name": error<Named>("LL2002", ({ name }) => `\`${name}\` is already defined`),
  "import-not-found": error<{ path: string }>("LL2003", ({ path }) => `there is no file \`${path}\``),
  "unreadable-file": error<{ path: string; reason: string }>(
    "LL2004",
    ({ path, reason }) => `cannot read \`${path}\`: ${reason}`,
  ),
  "import-cycle": error<{ cycle: readonly string[] }>(
    "LL2005",
    ({ cycle }) => `files import each other: ${cycle.join(" → ")}`,
  ),
  "unknown-export": error<Named & { path: string }>("LL2006", ({ name, path }) => `\`${path}\` defines no \`${name}\``),
  "import-outside-project": error<{ path: string }>("LL2007", ({ path }) => `\`${path}\` lies outside the project`),
  recursion: error<{ cycle: readonly string[] }>(
    "LL2008",
    ({ cycle }) => `definitions use each other: ${cycle.join(" → ")}`,
  ),
  "unknown-type": error<Named>("LL2009", ({ name }) => `there is no type \`${name}\``),
  "type-mismatch": error<Found>("LL2010", ({ expected, found }) => `expected ${expected}, found ${found}`),
  "tensor-as-value": error<Found>(
    "LL2011",
    ({ expected, found }) => `expected ${expected}, found ${found}, which is known only when training runs`,
  ),
  "value-as-tensor": error<Found>("LL2012", ({ expected, found }) => `expected ${expected}, found ${found}`),
  "unknown-parameter": error<Named & { of: string }>(
    "LL2013",
    ({ name, of }) => `\`${of}\` has no parameter \`${name}\``,
  ),
  "missing-argument": error<Named & { of: string }>(
    "LL2014",
    ({ name, of }) => `\`${of}\` needs its argument \`${name}\``,
  ),
  "too-many-arguments": error<{ of: string; expected: number; found: number }>(
    "LL2015",
    ({ of, expected, found }) =>
      `\`${of}\` takes at most ${expected} argument${expected === 1 ? "" : "s"}, found ${found}`,
  ),
  "repeated-argument": error<Named>("LL2016", ({ name }) => `\`${name}\` is given twice`),
  "not-a-function": error<{ found: string }>("LL2017", ({ found }) => `expected something to call, found ${found}`),
  "unknown-member": error<Named & { of: string }>("LL2018", ({ name, of }) => `${of} has no \`${name}\``),
  "inexact-division": error<{ left: number; right: number }>(
    "LL2019",
    ({ left, right }) => `${left} / ${right} leaves a rest`,
  ),
  "division-by-zero": error("LL2020", () => "division by zero"),
  "index-out-of-range": error<{ index: number; length: number }>("LL2021", ({ index, length }) =>
    length === 0
      ? `there is no item ${index}: the list is empty`
      : `there is no item ${index}: items count from 1 to ${length}`,
  ),
  "no-match": error<{ subject: string }>("LL2022", ({ subject }) => `no arm matches ${subject}`),
  "number-out-of-range": error<{ what: string }>(
    "LL2023",
    ({ what }) => `${what} is not a number that can be computed with`,
  ),
  "unknown-option": error<{ parameter: string; value: string }>(
    "LL2024",
    ({ parameter, value }) => `\`${parameter}\` cannot be "${value}"`,
  ),
  "missing-return": error<Named>("LL2025", ({ name }) => `\`${name}\` returns nothing`),
  "misplaced-placeholder": error("LL2026", () => "`_` stands outside an argument list"),
  "wrong-declaration": error<Named & Found>(
    "LL2027",
    ({ name, expected, found }) => `expected ${expected}, found the ${found} \`${name}\``,
  ),
  "too-deep": error<{ what: string; limit: number }>("LL2028", ({ what, limit }) => `${what} go deeper than ${limit}`),
  "too-large": error<{ what: string; limit: number }>(
    "LL2029",
    ({ what, limit }) => `more than ${limit.toLocaleString("en-US")} ${what}`,
  ),
  "tensor-outside-unit": error<Named>(
    "LL2030",
    ({ name }) => `\`${name}\` computes with tensors outside a unit or head`,
  ),
  "invalid-value": error<Worded>("LL2031", ({ message }) => message),
  "misplaced-statement": error<{ what: string; where: string }>(
    "LL2032",
    ({ what, where }) => `\`${what}\` has no meaning in a ${where}`,
  ),
  "not-yet": error<Worded>("LL2090", ({ message }) => message),

  // models and overrides
  "no-model": error("LL2050", () => "this file has no model"),
  "unknown-model": error<Named>("LL2051", ({ name }) => `this file has no model \`${name}\``),
  "several-models": error<{ names: readonly string[] }>(
    "LL2052",
    ({ names }) => `this file has several models: ${names.map((name) => `\`${name}\``).join(", ")}`,
  ),
  "missing-item": error<Named & { item: string }>("LL2053", ({ name, item }) => `model \`${name}\` has no \`${item}\``),
  "repeated-item": error<{ item: string }>("LL2054", ({ item }) => `\`${item}\` is given twice`),
  "unknown-path": error<{ path: string }>("LL2055", ({ path }) => `there is nothing to set at \`${path}\``),

  // ── LL3: shapes (worded by the operations) ────────────────────────────────────────────────────────────────────────
  "shape-mismatch": error<Worded>("LL3001", ({ message }) => message),
  "rank-mismatch": error<Worded>("LL3002", ({ message }) => message),
  "argument-out-of-range": error<Worded>("LL3003", ({ message }) => message),
  "no-such-axis": error<Named & { shape: string }>(
    "LL3004",
    ({ name, shape }) => `a tensor ${shape} has no \`${name}\``,
  ),
  "data-type-mismatch": error<Worded>("LL3005", ({ message }) => message),
  "label-expected": error<Worded>("LL3007", ({ message }) => message),

  // ── LL4: splits and isolation ─────────────────────────────────────────────────────────────────────────────────────
  "unknown-unit": error<{ address: string }>("LL4001", ({ address }) => `the backbone has no unit \`${address}\``),
  "repeated-cut": error<{ address: string }>("LL4002", ({ address }) => `\`${address}\` is cut twice`),
  "cut-out-of-order": error<{ address: string; before: string }>(
    "LL4003",
    ({ address, before }) => `\`${address}\` comes before \`${before}\` in the backbone`,
  ),
  "cut-at-end": error<{ address: string }>(
    "LL4004",
    ({ address }) => `\`${address}\` is the last unit: nothing would be left for the last module`,
  ),
  "too-many-modules": error<{ count: number; most: number }>(
    "LL4005",
    ({ count, most }) => `the backbone cannot be split into ${count} modules, only into 1 to ${most}`,
  ),
  "cut-parts-units": error<{ address: string }>(
    "LL4006",
    ({ address }) => `a cut after \`${address}\` parts units that \`with\` keeps together`,
  ),
  "duplicate-unit": error<{ address: string }>("LL4007", ({ address }) => `there are two units \`${address}\``),
  "unknown-measure": error<Named>("LL4008", ({ name }) => `a split cannot be made by \`${name}\``),
  "empty-backbone": error<Named>("LL4009", ({ name }) => `backbone \`${name}\` has no unit`),
  "cut-inside-unit": error<{ address: string; unit: string }>(
    "LL4010",
    ({ address, unit }) => `\`${address}\` lies inside the unit \`${unit}\``,
  ),

  "edge-crosses-cut": error<{ unit: string; from: number; to: number }>(
    "LL4011",
    ({ unit, from, to }) => `a gradient would flow from module ${to} through \`${unit}\` into module ${from}`,
  ),

  // ── LL5: losses and heads ─────────────────────────────────────────────────────────────────────────────────────────
  "missing-local-head": error("LL5001", () => "the split makes local modules, but no head trains them"),
  "loss-not-scalar": error<Named & { shape: string }>(
    "LL5002",
    ({ name, shape }) => `loss \`${name}\` is ${shape}, not a single number`,
  ),
  "not-a-head": error<{ found: string }>("LL5003", ({ found }) => `expected a head, found ${found}`),
  "invalid-selector": error("LL5004", () => "this selects no module"),
  "outside-heads": error<Named>(
    "LL5005",
    ({ name }) => `\`${name}\` has a meaning only where a head is evaluated for a module`,
  ),
  "table-too-short": error<{ length: number; module: number }>(
    "LL5007",
    ({ length, module }) =>
      `the table has ${length} ${length === 1 ? "entry" : "entries"} and none for module ${module}`,
  ),
  "table-too-long": warning<{ length: number; count: number }>(
    "LL5032",
    ({ length, count }) => `the table has ${length} entries for ${count} modules`,
  ),

  "no-neighbour": error<{ module: number; count: number; which: "previous" | "next" }>(
    "LL5020",
    ({ module, count, which }) =>
      `there is no module ${count === 1 ? "" : `${count} places `}${which === "previous" ? "before" : "after"} module ${module}`,
  ),
  "not-computed-yet": error<{ what: string; where: string }>(
    "LL5021",
    ({ what, where }) => `${where} runs before ${what} is computed`,
  ),
  "label-in-context": error("LL5022", () => "a context cannot use `label`, which is known only while training"),
  "context-shape": error<{ module: number; expected: string; found: string }>(
    "LL5023",
    ({ module, expected, found }) =>
      `the context of module ${module} must have the shape of its input, expected ${expected}, found ${found}`,
  ),
  "first-module-context": error("LL5024", () => "the first module has no module before it that a context could help"),
  "unknown-tap": error<Named & { of: string }>("LL5025", ({ name, of }) => `${of} has no tap \`${name}\``),
  "unit-not-copyable": error<{ unit: string }>(
    "LL5026",
    ({ unit }) => `\`${unit}\` cannot be copied: it reads an earlier unit besides what flows into it`,
  ),
  "unit-does-not-fit": error<{ unit: string; message: string }>(
    "LL5027",
    ({ unit, message }) => `a copy of \`${unit}\` does not fit here: ${message}`,
  ),
  "shared-not-parameter": error<Named>("LL5028", ({ name }) => `\`shared ${name}\` must be one parameter`),
  "shared-differs": error<Named & { first: string; second: string }>(
    "LL5029",
    ({ name, first, second }) => `\`shared ${name}\` is ${first} in one place and ${second} in another`,
  ),
  "head-in-context": error("LL5030", () => "a context cannot use what a head publishes: inference has no heads"),
  "tied-outside-scope": error<Named & { module: number; unit: string }>(
    "LL5031",
    ({ name, module, unit }) =>
      `loss \`${name}\` of module ${module} uses the weights of \`${unit}\`, which it does not reach`,
  ),

  "module-without-head": error<{ module: number; units: string }>(
    "LL5010",
    ({ module, units }) => `no head trains module ${module} (${units})`,
  ),
  "no-such-module": error<{ module: number; count: number }>("LL5011", ({ module }) => `there is no module ${module}`),
  "no-readout": error<{ module: number; reason: string }>(
    "LL5012",
    ({ module, reason }) => `module ${module} cannot classify: ${reason}`,
  ),
  "reach-too-far": error<Named & { depth: string; module: number }>(
    "LL5013",
    ({ name, depth, module }) => `loss \`${name}\` reaches ${depth} back from module ${module}, before the first`,
  ),
  "loss-trains-nothing": error<Named>("LL5014", ({ name }) => `loss \`${name}\` trains nothing`),
  "untrained-weights": warning<{ what: string }>("LL5015", ({ what }) => `no loss trains ${what}`),

  // ── LL6: recipe ───────────────────────────────────────────────────────────────────────────────────────────────────
  "unknown-field": error<Named>("LL6001", ({ name }) => `a recipe has no field \`${name}\``),
  "repeated-field": error<Named>("LL6002", ({ name }) => `\`${name}\` is given twice`),
  "wrong-part": error<{ field: string; expected: string; found: string }>(
    "LL6003",
    ({ field, expected, found }) => `\`${field}\` needs ${expected}, found ${found}`,
  ),
  "field-out-of-range": error<{ field: string; range: string; found: string }>(
    "LL6004",
    ({ field, range, found }) => `\`${field}\` must be ${range}, found ${found}`,
  ),
  "memory-too-small": error<{ limit: string; least: string }>(
    "LL6005",
    ({ limit, least }) => `a training step needs at least ${least}, more than the ${limit} of \`memory\``,
  ),
  "immediate-overlap": error<Named & { module: number }>(
    "LL6010",
    ({ name, module }) =>
      `\`update: immediate\` would move weights that loss \`${name}\` of module ${module} has run forward with already`,
  ),
  "sequential-reach": error<Named & { module: number }>(
    "LL6011",
    ({ name, module }) =>
      `loss \`${name}\` of module ${module} reaches modules that \`order: sequential\` has finished before`,
  ),
  "sequential-shared": error<Named & { first: number; second: number }>(
    "LL6012",
    ({ name, first, second }) =>
      `module ${second} would train \`shared ${name}\`, which module ${first} has finished with in \`order: sequential\``,
  ),
  "two-optimizers": error<Named & { first: number; second: number }>(
    "LL6014",
    ({ name, first, second }) => `\`${name}\` would have two optimizers: modules ${first} and ${second} train it`,
  ),
  "sequential-average": error<{ module: number; later: number }>(
    "LL6013",
    ({ module, later }) =>
      `the head of module ${module} follows weights of module ${later}, which \`order: sequential\` has not trained yet`,
  ),
  "idle-cache": warning<{ order: string }>(
    "LL6015",
    ({ order }) => `\`cache\` keeps nothing: in \`order: ${order}\` no module is finished before another`,
  ),

  // ── LL7: ablations; LL75 are lint rules ───────────────────────────────────────────────────────────────────────────
  "repeated-axis": error<{ path: string }>("LL7001", ({ path }) => `\`${path}\` is varied twice`),
  "wrong-row": error<{ expected: number; found: number }>(
    "LL7002",
    ({ expected, found }) =>
      `${expected} ${expected === 1 ? "path varies" : "paths vary together"}, and this row has ${found} values`,
  ),
  "repeated-value": error<{ value: string }>("LL7003", ({ value }) => `\`${value}\` is listed twice`),
  "same-variant-name": error<Named>("LL7004", ({ name }) => `two variants are both called \`${name}\``),
  "not-varied": error<{ path: string }>("LL7005", ({ path }) => `\`${path}\` is not varied here`),
  "baseline-missing": error<{ path: string; value: string }>(
    "LL7006",
    ({ path, value }) => `no variant has \`${path} = ${value}\``,
  ),
  "no-variants": error<Named>("LL7007", ({ name }) => `\`${name}\` has no variants: every combination is skipped`),
  "repeat-other": error<{ path: string }>("LL7008", ({ path }) => `only seeds are repeated, not \`${path}\``),
  "repeated-seed": error<{ seed: number }>("LL7009", ({ seed }) => `seed ${seed} is listed twice`),
  "wrong-seeds": error<{ found: string }>(
    "LL7010",
    ({ found }) => `seeds must be whole numbers from 0, found ${found}`,
  ),
  "wrong-condition": error<{ found: string }>(
    "LL7011",
    ({ found }) => `\`skip when\` needs true or false, found ${found}`,
  ),
  incomparable: error<{ path: string }>(
    "LL7012",
    ({ path }) => `the value of \`${path}\` can only be compared as a whole`,
  ),
  "too-many-variants": error<{ count: number; limit: number }>(
    "LL7013",
    ({ count, limit }) => `these axes have ${count} combinations, more than ${limit}`,
  ),

  // ── LL9: environment ──────────────────────────────────────────────────────────────────────────────────────────────
  "library-missing": error<{ path: string }>(
    "LL9001",
    ({ path }) => `the standard library's \`${path}\` cannot be read`,
  ),
} as const;

export type DiagnosticName = keyof typeof catalogue;
export type Facts<Name extends DiagnosticName> = Parameters<(typeof catalogue)[Name]["message"]>[0];
