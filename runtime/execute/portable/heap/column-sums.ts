/** Sums over the rows of a matrix `[rows, columns]`, in double precision; four columns at a time stay in registers. */
export function columnSums(values: Float32Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  const whole = columns - (columns % 4);
  for (let first = 0; first < whole; first += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let index = first; index < values.length; index += columns) {
      a += values[index] as number;
      b += values[index + 1] as number;
      c += values[index + 2] as number;
      d += values[index + 3] as number;
    }
    sums[first] = a;
    sums[first + 1] = b;
    sums[first + 2] = c;
    sums[first + 3] = d;
  }
  for (let column = whole; column < columns; column++) {
    let sum = 0;
    for (let index = column; index < values.length; index += columns) sum += values[index] as number;
    sums[column] = sum;
  }
  return sums;
}

/** Sums over the rows of `a ∘ b`, two matrices `[rows, columns]`. */
export function columnProducts(a: Float32Array, b: Float32Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  const whole = columns - (columns % 4);
  for (let first = 0; first < whole; first += 4) {
    let [s, t, u, v] = [0, 0, 0, 0];
    for (let index = first; index < a.length; index += columns) {
      s += (a[index] as number) * (b[index] as number);
      t += (a[index + 1] as number) * (b[index + 1] as number);
      u += (a[index + 2] as number) * (b[index + 2] as number);
      v += (a[index + 3] as number) * (b[index + 3] as number);
    }
    sums[first] = s;
    sums[first + 1] = t;
    sums[first + 2] = u;
    sums[first + 3] = v;
  }
  for (let column = whole; column < columns; column++) {
    let sum = 0;
    for (let index = column; index < a.length; index += columns) sum += (a[index] as number) * (b[index] as number);
    sums[column] = sum;
  }
  return sums;
}
