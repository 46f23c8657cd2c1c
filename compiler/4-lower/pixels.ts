import type { Normalization } from "../../runtime/program/recipe.ts";
import type { Value } from "../operations/operation.ts";
import type { Tape } from "../tape/tape.ts";

/**
 * The fed images `[batch, height, width, channels]` as they were before normalisation, clamped to [0, 1]: the target of
 * image reconstruction (InfoPro, arXiv 2101.10832, released code). Without a normalisation they are only clamped.
 */
export function emitPixels(tape: Tape, input: Value, normalize: Normalization | undefined): Value {
  const one = (values: readonly Value[]): Value => values[0] as Value;
  let pixels = input;
  if (normalize !== undefined) {
    const factors = perChannel(normalize.standardDeviation, tape, input);
    const amounts = perChannel(normalize.mean, tape, input);
    pixels = one(tape.emit("scale_channels", [pixels], { factors }, [], "pixels"));
    pixels = one(tape.emit("shift_channels", [pixels], { amounts }, [], "pixels"));
  }
  return tape.detach(one(tape.emit("clamp", [pixels], { low: 0, high: 1 }, [], "pixels")));
}

/** One number for all channels, or one per channel. */
function perChannel(values: readonly number[], tape: Tape, input: Value): readonly number[] {
  const channels = tape.typeOf(input).shape.at(-1) ?? 1;
  return values.length === 1 ? new Array<number>(channels).fill(values[0] as number) : values;
}
