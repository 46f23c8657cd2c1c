// Passes over a matrix [rows, channels] of float32 in memory, four channels at a time. Addresses are in bytes.

/** Rows that stay in the nearest cache while their channels are summed, a few at a time. */
const rowsAtOnce: usize = 64;

/**
 * Sums of `a` and of `a · b` along a share of the rows, in double precision: share `part` is written to `sums`, float64
 * [parts, 2, channels].
 */
export function sumsAndProducts(
  part: usize,
  parts: usize,
  a: usize,
  b: usize,
  rows: usize,
  channels: usize,
  sums: usize,
): void {
  sums += part * (channels << 4);
  const products = sums + (channels << 3);
  memory.fill(sums, 0, channels << 4);
  const stride = channels << 2;
  const end = (rows * (part + 1)) / parts;
  for (let first = (rows * part) / parts; first < end; first += rowsAtOnce) {
    const count = min(rowsAtOnce, end - first);
    for (let channel: usize = 0; channel < channels; ) {
      const start = first * stride + (channel << 2);
      const isWhole = channel + 4 <= channels;
      if (isWhole) sumFour(a + start, b + start, count, stride, sums + (channel << 3), products + (channel << 3));
      else sumOne(a + start, b + start, count, stride, sums + (channel << 3), products + (channel << 3));
      channel += isWhole ? 4 : 1;
    }
  }
}

function sumFour(a: usize, b: usize, count: usize, stride: usize, sums: usize, products: usize): void {
  let sumLow = v128.load(sums);
  let sumHigh = v128.load(sums, 16);
  let productLow = v128.load(products);
  let productHigh = v128.load(products, 16);
  for (let row: usize = 0; row < count; row++) {
    const x = v128.load(a);
    const y = v128.load(b);
    const xLow = f64x2.promote_low_f32x4(x);
    const xHigh = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
    sumLow = f64x2.add(sumLow, xLow);
    sumHigh = f64x2.add(sumHigh, xHigh);
    productLow = f64x2.add(productLow, f64x2.mul(xLow, f64x2.promote_low_f32x4(y)));
    productHigh = f64x2.add(productHigh, f64x2.mul(xHigh, f64x2.promote_low_f32x4(v128.shuffle<i64>(y, y, 1, 1))));
    a += stride;
    b += stride;
  }
  v128.store(sums, sumLow);
  v128.store(sums, sumHigh, 16);
  v128.store(products, productLow);
  v128.store(products, productHigh, 16);
}

function sumOne(a: usize, b: usize, count: usize, stride: usize, sums: usize, products: usize): void {
  let sum = load<f64>(sums);
  let product = load<f64>(products);
  for (let row: usize = 0; row < count; row++) {
    const x = <f64>load<f32>(a);
    sum += x;
    product += x * <f64>load<f32>(b);
    a += stride;
    b += stride;
  }
  store<f64>(sums, sum);
  store<f64>(products, product);
}

/** `y = (x − mean) · factor + offset` on a share of the rows; mean, factor and offset are float32 [channels]. */
export function normalise(
  part: usize,
  parts: usize,
  x: usize,
  y: usize,
  rows: usize,
  channels: usize,
  mean: usize,
  factor: usize,
  offset: usize,
): void {
  const stride = channels << 2;
  const first = (rows * part) / parts;
  const end = (rows * (part + 1)) / parts;
  x += first * stride;
  y += first * stride;
  for (let row = first; row < end; row++) {
    let at: usize = 0;
    for (; at + 16 <= stride; at += 16) {
      const centred = f32x4.sub(v128.load(x + at), v128.load(mean + at));
      v128.store(y + at, f32x4.add(f32x4.mul(centred, v128.load(factor + at)), v128.load(offset + at)));
    }
    for (; at < stride; at += 4) {
      const centred = load<f32>(x + at) - load<f32>(mean + at);
      store<f32>(y + at, centred * load<f32>(factor + at) + load<f32>(offset + at));
    }
    x += stride;
    y += stride;
  }
}

/** `result = a · dy + b · (x − mean) + c` on a share of the rows, one a, b, c and mean per channel: float32 [channels]. */
export function combine(
  part: usize,
  parts: usize,
  dy: usize,
  x: usize,
  result: usize,
  rows: usize,
  channels: usize,
  mean: usize,
  a: usize,
  b: usize,
  c: usize,
): void {
  const stride = channels << 2;
  const first = (rows * part) / parts;
  const end = (rows * (part + 1)) / parts;
  dy += first * stride;
  x += first * stride;
  result += first * stride;
  for (let row = first; row < end; row++) {
    let at: usize = 0;
    for (; at + 16 <= stride; at += 16) {
      const centred = f32x4.sub(v128.load(x + at), v128.load(mean + at));
      const along = f32x4.add(f32x4.mul(centred, v128.load(b + at)), v128.load(c + at));
      v128.store(result + at, f32x4.add(f32x4.mul(v128.load(dy + at), v128.load(a + at)), along));
    }
    for (; at < stride; at += 4) {
      const centred = load<f32>(x + at) - load<f32>(mean + at);
      store<f32>(result + at, load<f32>(dy + at) * load<f32>(a + at) + centred * load<f32>(b + at) + load<f32>(c + at));
    }
    dy += stride;
    x += stride;
    result += stride;
  }
}
