/**
 * From ResNet-110 in 55 modules to TypeScript: warm in one process, and cold as a person waits for `llnet compile`. And how fast
 * TypeScript is written where nothing repeats.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadBundled } from "../bundle.ts";
import { projectPath } from "../contender.ts";
import { type Benchmark, type Measurement, median, type Row } from "../measurement.ts";
import { plainEnvironment } from "./plain-environment.ts";
import { distinctText, resnet110Text, unequalText } from "./sample-models.ts";

type Compiler = typeof import("../../compiler/index.ts");
type Emitter = typeof import("../../compiler/5-emit/index.ts");
type StepProgram = import("../../compiler/index.ts").StepProgram;

export const benchCompile: Benchmark = async (note) => {
  note("compiling ResNet-110 in 55 modules");
  const { compile } = await loadBundled<Compiler>("compiler/index.ts");
  const { emitTypeScript } = await loadBundled<Emitter>("compiler/5-emit/index.ts");
  const program = compileText(compile, resnet110Text);
  const front = repeat(10, () => compileText(compile, resnet110Text));
  const emission = repeat(10, () => emitTypeScript({ program, sourceFile: "resnet110.llnet" }));
  const rows: Row[] = [
    { name: "compile ResNet-110 K=55, warm: to a program", value: front.wall, unit: "ms" },
    within("compile ResNet-110 K=55, warm: emission", emission.wall, 100),
    within("compile ResNet-110 K=55, warm: both", front.wall + emission.wall, 250),
    { name: "compile ResNet-110 K=55, warm: both, CPU time", value: front.cpu + emission.cpu, unit: "ms" },
    { name: "  its instructions", value: program.procedures.train.instructions.length, unit: "" },
    compileCold(),
  ];
  note("emission where nothing repeats, and where much does");
  return [...rows, ...emissionRows(compile, emitTypeScript)];
};

/**
 * Two programs: one in which no two units are alike, and one in which ten times the instructions are not twice the
 * statements, because its units share their functions.
 */
function emissionRows(compile: Compiler["compile"], emitTypeScript: Emitter["emitTypeScript"]): Measurement[] {
  const emitted = (text: string): Emission => {
    const program = compileText(compile, text);
    const emit = () => emitTypeScript({ program, sourceFile: "sample.llnet" });
    const statements = emit().reduce((sum, file) => sum + countStatements(file.text), 0);
    const instructions = Object.values(program.procedures).reduce((sum, own) => sum + own.instructions.length, 0);
    return { statements, instructions, milliseconds: repeat(20, emit).wall };
  };
  const [small, large] = [emitted(distinctText(12)), emitted(distinctText(120))];
  const [sharedSmall, sharedLarge] = [emitted(unequalText(12)), emitted(unequalText(120))];
  return [
    rateRow(`emission, no units alike, ${large.statements} statements`, large),
    growthRow("emission, no units alike, time per statement", "statements", small, large),
    rateRow(`emission, units alike, ${sharedLarge.statements} statements`, sharedLarge),
    growthRow("emission, units alike, time per instruction", "instructions", sharedSmall, sharedLarge),
  ];
}

function rateRow(name: string, { statements, milliseconds }: Emission): Measurement {
  const value = (statements / milliseconds) * 1000;
  return { name, value, unit: "statements/s", anchor: "30,000/s", ratio: value / 30_000, target: ">= 1" };
}

function growthRow(name: string, of: "statements" | "instructions", small: Emission, large: Emission): Measurement {
  const value = large.milliseconds / large[of];
  const ratio = value / (small.milliseconds / small[of]);
  return { name, value, unit: "ms", anchor: `of ${small[of]} ${of}`, ratio, target: "<= 1.2" };
}

interface Emission {
  readonly statements: number;
  readonly instructions: number;
  readonly milliseconds: number;
}

function compileText(compile: Compiler["compile"], text: string): StepProgram {
  const { program, diagnostics } = compile({ file: projectPath("bench/sample.llnet"), text });
  if (program === undefined) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n"));
  return program;
}

/** Median milliseconds of a call, after as many calls that do not count; the processor time holds garbage collection in other threads too. */
function repeat(times: number, call: () => unknown): { readonly wall: number; readonly cpu: number } {
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < 2 * times; round++) {
    const before = process.cpuUsage();
    const start = performance.now();
    call();
    const elapsed = performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    if (round < times) continue;
    wall.push(elapsed);
    cpu.push((user + system) / 1000);
  }
  return { wall: median(wall), cpu: median(cpu) };
}

/** The command in a fresh process, files written: median of five, after two that fill the code cache. */
function compileCold(): Row {
  const name = "llnet compile ResNet-110 K=55, cold, files written";
  const folder = mkdtempSync(join(tmpdir(), "llnet-bench-"));
  try {
    const file = join(folder, "resnet110.llnet");
    writeFileSync(file, resnet110Text);
    const options = [projectPath("tools/cli/llnet.cjs"), "compile", file, "-o", join(folder, "out")];
    const samples: number[] = [];
    for (let round = 0; round < 7; round++) {
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, options, { env: plainEnvironment(), encoding: "utf8" });
      if (status !== 0) return { name, skipped: `it ended with ${status}: ${stderr.trim().replaceAll("\n", "; ")}` };
      if (round >= 2) samples.push(performance.now() - start);
    }
    return within(name, median(samples), 800);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function within(name: string, value: number, limit: number): Measurement {
  return { name, value, unit: "ms", anchor: `${limit} ms`, ratio: value / limit, target: "<= 1" };
}

/** Statements of a TypeScript file, those inside functions included, blocks themselves not. */
function countStatements(text: string): number {
  const typescript = createRequire(import.meta.url)("typescript") as typeof import("typescript");
  const { SyntaxKind } = typescript;
  let count = 0;
  const visit = (node: import("typescript").Node): void => {
    if (node.kind >= SyntaxKind.FirstStatement && node.kind <= SyntaxKind.LastStatement) count++;
    else if (node.kind >= SyntaxKind.FunctionDeclaration && node.kind <= SyntaxKind.ExportDeclaration) count++;
    typescript.forEachChild(node, visit);
  };
  visit(typescript.createSourceFile("emitted.ts", text, typescript.ScriptTarget.ES2022));
  return count;
}
