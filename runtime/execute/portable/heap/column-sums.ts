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
