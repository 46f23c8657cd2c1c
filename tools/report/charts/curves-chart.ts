import type { TrialReport, VariantReport } from "../study-report.ts";
import { element, escapeText, moduleColor, picture, text, ticks } from "./svg.ts";

const plot = { left: 44, top: 26, width: 330, height: 150, gap: 86, labels: 70 };

/** One line over epochs, with every seed's value. */
interface Curve {
  readonly name: string;
  readonly color: string;
  readonly isReadout: boolean;
  /** By epoch from 1; seeds that have not come so far are left out. */
  readonly points: readonly (readonly number[])[];
}

/** Two plots side by side: the loss of each module and the accuracy of each classifier, the readout's thickest. */
export function curvesChart({ variant, trials }: VariantReport): string {
  const begun = trials.filter(({ epochs }) => epochs.length > 0);
  if (begun.length === 0) return "";
  const epochs = variant.summary.epochs;
  const losses = lossCurves(begun);
  const accuracies = accuracyCurves(begun);
  const width = 2 * plot.width + 2 * plot.left + plot.gap + plot.labels;
  const label = `Losses and accuracies of ${variant.name} by epoch, per module`;
  return picture(
    width,
    plot.top + plot.height + 44,
    label,
    drawPlot("training loss, per module", losses, epochs, 0),
    drawPlot("test accuracy, %", accuracies, epochs, plot.left + plot.width + plot.gap),
  );
}

function drawPlot(title: string, curves: readonly Curve[], epochs: number, offset: number): string {
  const values = curves.flatMap(({ points }) => points.flat());
  const high = Math.max(...values);
  const low = Math.min(0, ...values);
  const x = (epoch: number) => plot.left + (epochs === 1 ? 0.5 : (epoch - 1) / (epochs - 1)) * plot.width;
  const y = (value: number) => plot.top + plot.height * (1 - (value - low) / (high - low || 1));
  const bottom = plot.top + plot.height;
  const shown = ticks(1, epochs, 5).filter((tick) => Number.isInteger(tick) && tick >= 1);
  return element(
    "g",
    { transform: `translate(${offset} 0)` },
    text(title, { class: "t", x: plot.left, y: 13, "font-weight": 600 }),
    ...ticks(low, high, 4).flatMap((tick) => [
      element("line", { class: "g", x1: plot.left, x2: plot.left + plot.width, y1: y(tick), y2: y(tick) }),
      text(String(tick), { class: "q", x: plot.left - 6, y: y(tick) + 4, "text-anchor": "end" }),
    ]),
    ...shown.map((tick) => text(String(tick), { class: "q", x: x(tick), y: bottom + 16, "text-anchor": "middle" })),
    text("epoch", { class: "q", x: plot.left + plot.width / 2, y: bottom + 34, "text-anchor": "middle" }),
    ...curves.map((curve) => drawCurve(curve, x, y)),
    ...endLabels(curves, x, y),
  );
}

function drawCurve(
  { name, color, points, isReadout }: Curve,
  x: (epoch: number) => number,
  y: (value: number) => number,
): string {
  const present = points.flatMap((values, index) => (values.length === 0 ? [] : [{ epoch: index + 1, values }]));
  const at = (pick: (values: readonly number[]) => number) =>
    present.map(({ epoch, values }) => `${x(epoch).toFixed(1)},${y(pick(values)).toFixed(1)}`);
  const band = present.some(({ values }) => values.length > 1)
    ? element("polygon", {
        points: [...at((values) => Math.min(...values)), ...at((values) => Math.max(...values)).reverse()].join(" "),
        fill: color,
        "fill-opacity": 0.14,
      })
    : "";
  const title = `<title>${escapeText(name)}</title>`;
  const line =
    present.length === 1
      ? element("circle", { cx: x(present[0]!.epoch), cy: y(mean(present[0]!.values)), r: 3, fill: color }, title)
      : element(
          "polyline",
          { points: at(mean).join(" "), fill: "none", stroke: color, "stroke-width": isReadout ? 2.6 : 1.4 },
          title,
        );
  return band + line;
}

/** Names at the ends of the lines, as many as there is room for, the readout's always. */
function endLabels(
  curves: readonly Curve[],
  x: (epoch: number) => number,
  y: (value: number) => number,
): readonly string[] {
  const ends = curves
    .flatMap(({ name, points, isReadout }) => {
      const last = points.findLastIndex((values) => values.length > 0);
      return last < 0 ? [] : [{ name, isReadout, at: y(mean(points[last]!)), from: x(last + 1) }];
    })
    .sort((a, b) => Number(b.isReadout) - Number(a.isReadout));
  const taken: number[] = [];
  return ends.flatMap(({ name, at, from }) => {
    if (taken.some((other) => Math.abs(other - at) < 12)) return [];
    taken.push(at);
    return [text(name, { class: "t", x: from + 6, y: at + 4, "font-size": 10.5 })];
  });
}

/** The sum of a module's losses, unweighted, from the first module to the last. */
function lossCurves(trials: readonly TrialReport[]): readonly Curve[] {
  const names = Object.keys(trials[0]?.epochs[0]?.losses ?? {});
  const modules = [...new Set(names.map(moduleOf))].sort((a, b) => a - b);
  return modules.map((module, index) => ({
    name: `module ${module}`,
    color: moduleColor(index, modules.length),
    isReadout: false,
    points: byEpoch(trials, ({ losses }) =>
      Object.entries(losses)
        .filter(([name]) => moduleOf(name) === module)
        .reduce((sum, [, value]) => sum + value, 0),
    ),
  }));
}

function accuracyCurves(trials: readonly TrialReport[]): readonly Curve[] {
  const names = Object.keys(trials[0]?.epochs[0]?.test.accuracies ?? {});
  const modules = [...new Set(names.map(moduleOf))].sort((a, b) => a - b);
  return names.map((name, index) => ({
    name: index === names.length - 1 ? "readout" : `module ${moduleOf(name)}`,
    color: moduleColor(modules.indexOf(moduleOf(name)), modules.length),
    isReadout: index === names.length - 1,
    points: byEpoch(trials, ({ test }) => 100 * (test.accuracies[name] ?? 0)),
  }));
}

function byEpoch(
  trials: readonly TrialReport[],
  read: (record: TrialReport["epochs"][number]) => number,
): readonly (readonly number[])[] {
  const longest = Math.max(...trials.map(({ epochs }) => epochs.length));
  return Array.from({ length: longest }, (_, index) =>
    trials.flatMap(({ epochs }) => (epochs[index] === undefined ? [] : [read(epochs[index])])).filter(Number.isFinite),
  );
}

/** `module[3].classes` → 3 */
function moduleOf(name: string): number {
  return Number(/^module\[(\d+)\]/.exec(name)?.[1] ?? 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
