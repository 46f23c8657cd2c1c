import type { ModuleSummary, Summary } from "../../compiler/index.ts";
import { compile, renderDiagnostic, summarize } from "../../compiler/index.ts";

export interface Task {
  /** Height and width of the images; 32 unless given. */
  readonly side?: number;
  readonly channels?: number;
  readonly classes?: number;
  /** Addresses to cut after; uncut unless given. */
  readonly after?: readonly string[];
}

/** A model of one backbone of the library. Local modules get a linear head, the last one the library's classifier. */
export function modelText(backbone: string, { side = 32, channels = 3, classes = 10, after = [] }: Task = {}): string {
  return `
    import { ${backbone.replace(/\W.*/s, "")} } from "std/backbones"
    import { conv_norm_relu, zero_padding } from "std/blocks"
    head linear(module) { loss classes = cross_entropy(dense(flatten(module.output), classes), label) }
    model m {
      input [${side}, ${side}, ${channels}]  classes ${classes}
      backbone ${backbone}
      ${after.length > 0 ? `split after ${after.join(", ")}  heads { local: linear }` : ""}
      train { batch: 2 }
    }`;
}

/** What the backbone costs; any diagnostic fails the test, with its rendering. */
export function summaryOf(backbone: string, task: Task = {}): Summary {
  const { program, scoped, diagnostics, sources } = compile({ file: "test.llnet", text: modelText(backbone, task) });
  if (program === undefined || scoped === undefined || diagnostics.length > 0) {
    throw new Error(diagnostics.map((one) => renderDiagnostic(one, sources, { color: false })).join("\n"));
  }
  return summarize(scoped, program);
}

/** Trained parameters of every module, the last one's classifier apart. */
export function unitParameters({ modules }: Summary): number[] {
  return modules.map(({ parameters, readout }) => parameters - (readout?.parameters ?? 0));
}

/** Multiply-adds per image of every module, the last one's classifier apart. */
export function unitMacs({ modules }: Summary): number[] {
  return modules.map(({ macs, readout }: ModuleSummary) => macs - (readout?.macs ?? 0));
}

/** `stage[s].block[1]` … `stage[s].block[n]`. */
export function inStage(stage: number, name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `stage[${stage}].${name}[${index + 1}]`);
}
