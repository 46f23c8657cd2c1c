/** Formatting a file of about 1,000 lines, warm, next to parsing the same file. */
import { type Benchmark, median } from "../measurement.ts";
import { loadBundled } from "../bundle.ts";
import { sampleProgram } from "../grammar/sample-program.ts";

type Formatter = typeof import("../../compiler/format/index.ts");
type Grammar = typeof import("../../grammar/index.ts");

export const benchFormat: Benchmark = async (note) => {
  note("formatting 1,000 lines");
  const { formatText } = await loadBundled<Formatter>("compiler/format/index.ts");
  const { parse } = await loadBundled<Grammar>("grammar/index.ts");
  const text = sampleProgram(1000);
  const { text: formatted, problems } = formatText(text, "sample.llnet");
  if (problems.length > 0 || formatText(formatted, "sample.llnet").text !== formatted)
    throw new Error("the sample cannot be formatted");
  const format: number[] = [];
  const read: number[] = [];
  for (let round = 0; round < 100; round++) {
    format.push(time(() => formatText(text, "sample.llnet")));
    read.push(time(() => parse(text, "sample.llnet")));
  }
  const ours = median(format.slice(50));
  const parsing = median(read.slice(50));
  return [
    { name: "format 1,000 lines, warm", value: ours, unit: "ms", anchor: "15 ms", ratio: ours / 15, target: "<= 1" },
    { name: "format 1,000 lines, parsing included", value: ours / parsing, unit: "× parse", anchor: "parsing alone" },
  ];
};

function time(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
