/** Where the rows, or the columns, of an augmented image come from, and what the steps of an augmentation do with that. */
export interface AxisSources {
  /** An index in the original, or -1 for black. */
  readonly from: Int32Array;
  /** Where it lies between two of them: the other one, and how much of it, in [0, 1]. */
  readonly between?: { readonly other: Int32Array; readonly weight: Float32Array };
}

/** Every one where it was. */
export function identity(size: number): AxisSources {
  return { from: Int32Array.from({ length: size }, (_, index) => index) };
}

/** The window that starts `offset` after the axis' own start, padded where it lies outside. */
export function shift(axis: AxisSources, offset: number, mode: "reflect" | "zero"): AxisSources {
  const last = axis.from.length - 1;
  return reordered(axis, (index) => {
    const position = index + offset;
    if (position >= 0 && position <= last) return position;
    if (mode === "zero") return -1;
    return position < 0 ? -position : 2 * last - position;
  });
}

/** From the other end. */
export function mirror(axis: AxisSources): AxisSources {
  return reordered(axis, (index) => axis.from.length - 1 - index);
}

/**
 * The window of `length` from `start` on, stretched to the whole axis by linear interpolation between pixel centres at i + ½, within
 * the window, as PyTorch's resize does. Of an axis that is not stretched already.
 */
export function stretch({ from, between }: AxisSources, start: number, length: number): AxisSources {
  if (between !== undefined) throw new Error("an axis is stretched once");
  const size = from.length;
  const places = Array.from({ length: size }, (_, index) => {
    const place = ((index + 0.5) * length) / size - 0.5;
    return start + Math.min(Math.max(place, 0), length - 1);
  });
  const lower = places.map(Math.floor);
  const at = (position: number): number => from[position] as number;
  return {
    from: Int32Array.from(lower, at),
    between: {
      other: Int32Array.from(lower, (low) => at(Math.min(low + 1, start + length - 1))),
      weight: Float32Array.from(places, (place, index) => place - (lower[index] as number)),
    },
  };
}

/** `sourceOf` tells the old position of a new one; -1: black. */
function reordered({ from, between }: AxisSources, sourceOf: (index: number) => number): AxisSources {
  const positions = Array.from(from, (_, index) => sourceOf(index));
  const pick = (values: Int32Array): Int32Array =>
    Int32Array.from(positions, (position) => (position < 0 ? -1 : (values[position] as number)));
  if (between === undefined) return { from: pick(from) };
  const weight = Float32Array.from(positions, (position) => (position < 0 ? 0 : (between.weight[position] as number)));
  return { from: pick(from), between: { other: pick(between.other), weight } };
}
