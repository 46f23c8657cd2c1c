/** The same formulas in float64, written as they stand in the papers, slow and plain; images are [height][width][channels]. */

/** Convolution with zeros around the image; `x` [batch, height, width, in], `kernel` [k, k, in, out], row-major. */
export function convolve(
  x: Float32Array,
  [batch, height, width, inputs]: readonly [number, number, number, number],
  kernel: Float32Array,
  {
    size,
    channels,
    stride,
    padding,
    dilation,
  }: Record<"size" | "channels" | "stride" | "padding" | "dilation", number>,
): number[] {
  const length = (side: number) => Math.floor((side + 2 * padding - dilation * (size - 1) - 1) / stride) + 1;
  const result: number[] = [];
  for (const n of range(batch))
    for (const row of range(length(height)))
      for (const column of range(length(width)))
        for (const out of range(channels)) {
          let total = 0;
          for (const i of range(size))
            for (const j of range(size)) {
              const y = row * stride - padding + i * dilation;
              const z = column * stride - padding + j * dilation;
              if (y < 0 || y >= height || z < 0 || z >= width) continue;
              for (const c of range(inputs)) {
                const pixel = x[((n * height + y) * width + z) * inputs + c] as number;
                total += pixel * (kernel[((i * size + j) * inputs + c) * channels + out] as number);
              }
            }
          result.push(total);
        }
  return result;
}

/** Normalises rows [rows, channels] with the statistics of all rows. */
export function normaliseColumns(rows: readonly (readonly number[])[], epsilon: number) {
  const columns = (rows[0] as readonly number[]).map((_, channel) => rows.map((row) => row[channel] as number));
  const mean = columns.map((column) => average(column));
  const variance = columns.map((column, channel) => average(column.map((x) => (x - (mean[channel] as number)) ** 2)));
  const values = rows.map((row) =>
    row.map((x, channel) => (x - (mean[channel] as number)) / Math.sqrt((variance[channel] as number) + epsilon)),
  );
  return { values, mean, unbiased: variance.map((value) => (value * rows.length) / (rows.length - 1)) };
}

/** Bilinear interpolation whose corner pixels keep their place: the centre of pixel i lies at i · (old − 1) / (new − 1). */
export function resizeAligned(image: readonly (readonly number[])[], height: number, width: number): number[][] {
  const at = (row: number, column: number) => image[row]?.[column] as number;
  const place = (index: number, old: number, size: number) => {
    const exact = size === 1 ? 0 : (index * (old - 1)) / (size - 1);
    const low = Math.min(Math.floor(exact), old - 1);
    return { low, high: Math.min(low + 1, old - 1), share: exact - low };
  };
  return range(height).map((i) =>
    range(width).map((j) => {
      const y = place(i, image.length, height);
      const x = place(j, image[0]?.length as number, width);
      const top = at(y.low, x.low) * (1 - x.share) + at(y.low, x.high) * x.share;
      const bottom = at(y.high, x.low) * (1 - x.share) + at(y.high, x.high) * x.share;
      return top * (1 - y.share) + bottom * y.share;
    }),
  );
}

/** Mean over rows of −Σ target · log softmax(logits). */
export function softmaxLoss(logits: readonly (readonly number[])[], targets: readonly (readonly number[])[]): number {
  return average(
    logits.map((row, index) => {
      const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
      return -row.reduce((sum, x, k) => sum + (targets[index]?.[k] as number) * (x - total), 0);
    }),
  );
}

/** The definition in `supervised-contrastive.ts`, loop for loop. */
export function contrastiveLoss(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  temperature: number,
): number {
  const dot = (i: number, j: number) =>
    (rows[i] as readonly number[]).reduce((sum, x, k) => sum + x * (rows[j]?.[k] as number), 0) / temperature;
  const others = (i: number) => range(rows.length).filter((j) => j !== i);
  return average(
    range(rows.length).map((i) => {
      const positives = others(i).filter((p) => labels[p] === labels[i]);
      const total = others(i).reduce((sum, a) => sum + Math.exp(dot(i, a)), 0);
      return -positives.reduce((sum, p) => sum + dot(i, p) - Math.log(total), 0) / Math.max(1, positives.length);
    }),
  );
}

export function average(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

export function range(count: number): number[] {
  return [...Array(count).keys()];
}
