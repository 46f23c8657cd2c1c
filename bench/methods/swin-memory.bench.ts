/**
 * What a step of Swin-T at 96 pixels and batch 64 needs, planned: end to end, and in two and four modules that rebuild their
 * input (feature reconstruction), the image (InfoPro-Transformer) or nothing, with every decoder. Beside the paper's -36 % and
 * -45 % (arXiv 2212.14215). Only the last row runs a step.
 */
import { compile, type StepProgram } from "../../compiler/index.ts";
import { createTrainer, variableBytes } from "../../runtime/index.ts";
import type { Benchmark, Measurement, Row } from "../measurement.ts";
import { peakShares } from "./peak-shares.ts";
import { type SwinSize, type SwinVariant, swinText } from "./swin-text.ts";

const size: SwinSize = { batch: 64 };
const small: SwinSize = { batch: 2, backbone: "[24, 48, 96, 192], [2, 2, 2, 2], [2, 4, 8, 16], window = 6" };
const mebibyte = 1024 * 1024;
const decoders = ["conv_decoder", "linear_decoder", "transposed_decoder"];

/** Shares of end-to-end training's memory that the paper's abstract tells of feature reconstruction. */
const published = { 2: 0.64, 4: 0.55 };

function variantsOf(modules: 2 | 4): { name: string; variant: SwinVariant; target?: string }[] {
  const row = (name: string, head: string, memory?: string) => ({
    name,
    variant: { modules, head, ...(memory !== undefined && { memory }) },
  });
  const features = decoders.map((decoder) => ({
    ...row(`feature reconstruction, ${decoder}`, `feature_reconstruction(decoder = ${decoder})`),
    target: `<= ${published[modules]}`,
  }));
  return [
    row("classifiers alone", "tokens"),
    row("classifiers alone, reach 2", "tokens(window = 2)"),
    ...features,
    row("feature reconstruction, the image for module 1", `feature_reconstruction(first = "image")`),
    row("image reconstruction, image_decoder", "infopro_transformer"),
    ...decoders.map((decoder) => row(`image reconstruction, ${decoder}`, `infopro_transformer(decoder = ${decoder})`)),
    row("classifiers alone, recompute", "tokens", "recompute"),
    row("feature reconstruction, linear_decoder, recompute", "feature_reconstruction", "recompute"),
    row("image reconstruction, image_decoder, recompute", "infopro_transformer", "recompute"),
  ];
}

export const benchSwinMemory: Benchmark = async (note) => {
  const whole = measure({ modules: 1 });
  const again = measure({ modules: 1, memory: "recompute" });
  const rows: Row[] = [...describe("end to end", whole, undefined), ...describe("end to end, recompute", again, whole)];
  for (const modules of [2, 4] as const) {
    note(`Swin-T, K=${modules}`);
    for (const { name, variant, target } of variantsOf(modules)) {
      rows.push(...describe(`K=${modules}, ${name}`, measure(variant), whole, target));
    }
  }
  return [...rows, await track()];
};

interface Found {
  readonly shares: ReturnType<typeof peakShares>;
  /** Weights, statistics and the optimizer's slots. */
  readonly lasting: number;
}

function measure(variant: SwinVariant): Found {
  const program = programOf(variant, size);
  const bytes = variableBytes(program);
  return {
    shares: peakShares(program.procedures.train, size.batch),
    lasting: Object.values(bytes).reduce((sum, each) => sum + each, 0),
  };
}

function programOf(variant: SwinVariant, of: SwinSize): StepProgram {
  const { program, diagnostics } = compile({ file: "swin.llnet", text: swinText(variant, of) });
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return program;
}

function describe(title: string, own: Found, whole: Found | undefined, target?: string): Measurement[] {
  const { peakBytes, module, fed, units, heads, backward } = own.shares;
  const inMebibytes = (bytes: number) => Math.round(bytes / mebibyte);
  const made = `units ${inMebibytes(units)}, heads ${inMebibytes(heads)}, backward ${inMebibytes(backward)}, batch ${inMebibytes(fed)}`;
  const against = (bytes: number, other: number | undefined) =>
    other === undefined ? {} : { anchor: `end to end ${inMebibytes(other)} MiB`, ratio: bytes / other };
  const all = peakBytes + own.lasting;
  return [
    {
      name: `Swin-T, ${title}: planned peak (in module ${module}: ${made})`,
      value: peakBytes / mebibyte,
      unit: "MiB",
      ...against(peakBytes, whole?.shares.peakBytes),
      ...(target !== undefined && { target }),
    },
    {
      name: `Swin-T, ${title}: with weights and AdamW's slots`,
      value: all / mebibyte,
      unit: "MiB",
      ...against(all, whole && whole.shares.peakBytes + whole.lasting),
    },
  ];
}

/** A narrow Swin of the same form: the eager executor holds what the plan says, to the byte. */
async function track(): Promise<Row> {
  const name = "narrow Swin, batch 2, K=4, feature reconstruction: eager's buffers";
  const program = programOf({ modules: 4, head: "feature_reconstruction" }, small);
  try {
    const trainer = await createTrainer(program, { executor: "eager" });
    try {
      const input = Float32Array.from({ length: small.batch * 96 * 96 * 3 }, (_, index) => Math.sin(index));
      await trainer.step({ input, label: Int32Array.from({ length: small.batch }, (_, index) => index) });
      const { planned, tracked = Number.NaN } = trainer.memory();
      const anchor = `planned ${(planned / mebibyte).toFixed(2)} MiB`;
      return { name, value: tracked / mebibyte, unit: "MiB", anchor, ratio: tracked / planned, target: "== 1" };
    } finally {
      trainer.dispose();
    }
  } catch (error) {
    return { name, skipped: error instanceof Error ? error.message : String(error) };
  }
}
