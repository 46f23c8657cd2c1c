// The gradient of a convolution's kernel, without rearranging anything. Addresses are in bytes.

/** Positions of the output whose numbers stay in the nearest cache while all taps and channels pass over them. */
const positionsAtOnce: i32 = 128;

/**
 * The sum over a share of the samples of x ⊗ dy at every tap. x is float32 [batch, height, width, inputs], dy float32 [batch,
 * outputHeight, outputWidth, outputs], outputs a multiple of 8; share `part` is written to result, float32 [parts,
 * kernelHeight, kernelWidth, inputs, outputs]. `top` and `left` are the padding before the image.
 */
export function kernelGradient(
  part: i32,
  parts: i32,
  x: usize,
  dy: usize,
  result: usize,
  batch: i32,
  height: i32,
  width: i32,
  inputs: i32,
  outputHeight: i32,
  outputWidth: i32,
  outputs: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideDown: i32,
  strideRight: i32,
  dilationDown: i32,
  dilationRight: i32,
  top: i32,
  left: i32,
): void {
  const tapSize = (<usize>(inputs * outputs)) << 2;
  const size = <usize>(kernelHeight * kernelWidth) * tapSize;
  result += <usize>part * size;
  memory.fill(result, 0, size);
  const rowsAtOnce = max(1, positionsAtOnce / outputWidth);
  const rowOfX = (<usize>(strideDown * width * inputs)) << 2;
  const rowOfDy = (<usize>(outputWidth * outputs)) << 2;
  const stepOfX = (<usize>(strideRight * inputs)) << 2;
  const end = (batch * (part + 1)) / parts;
  for (let sample = (batch * part) / parts; sample < end; sample++) {
    const image = x + ((<usize>sample * <usize>(height * width * inputs)) << 2);
    const gradient = dy + ((<usize>sample * <usize>(outputHeight * outputWidth * outputs)) << 2);
    for (let firstRow = 0; firstRow < outputHeight; firstRow += rowsAtOnce) {
      let to = result;
      for (let down = 0; down < kernelHeight; down++) {
        const shiftDown = down * dilationDown - top;
        const fromRow = max(firstRow, firstInside(shiftDown, strideDown));
        const toRow = min(min(firstRow + rowsAtOnce, outputHeight), endInside(shiftDown, strideDown, height));
        for (let right = 0; right < kernelWidth; right++, to += tapSize) {
          const shiftRight = right * dilationRight - left;
          const fromColumn = firstInside(shiftRight, strideRight);
          const toColumn = min(outputWidth, endInside(shiftRight, strideRight, width));
          if (fromRow >= toRow || fromColumn >= toColumn) continue;
          const pixel = (fromRow * strideDown + shiftDown) * width + fromColumn * strideRight + shiftRight;
          addTap(
            image + ((<usize>(pixel * inputs)) << 2),
            gradient + ((<usize>((fromRow * outputWidth + fromColumn) * outputs)) << 2),
            to,
            toRow - fromRow,
            toColumn - fromColumn,
            rowOfX,
            rowOfDy,
            stepOfX,
            inputs,
            outputs,
          );
        }
      }
    }
  }
}

/** The first output position whose pixel is inside the image, and the one behind the last. */
function firstInside(shift: i32, stride: i32): i32 {
  return shift >= 0 ? 0 : (stride - 1 - shift) / stride;
}

function endInside(shift: i32, stride: i32, length: i32): i32 {
  return length - 1 - shift < 0 ? 0 : (length - 1 - shift) / stride + 1;
}

function addTap(
  x: usize,
  dy: usize,
  to: usize,
  rows: i32,
  columns: i32,
  rowOfX: usize,
  rowOfDy: usize,
  stepOfX: usize,
  inputs: i32,
  outputs: i32,
): void {
  const stepOfDy = (<usize>outputs) << 2;
  for (let input = 0; input < inputs; ) {
    const isWhole = input + 4 <= inputs;
    for (let output: usize = 0; output < stepOfDy; output += 32) {
      const target = to + <usize>input * stepOfDy + output;
      const from = x + ((<usize>input) << 2);
      if (isWhole) addFour(from, dy + output, target, rows, columns, rowOfX, rowOfDy, stepOfX, stepOfDy);
      else addOne(from, dy + output, target, rows, columns, rowOfX, rowOfDy, stepOfX, stepOfDy);
    }
    input += isWhole ? 4 : 1;
  }
}

/** Four input channels and eight output channels, their sums in registers. */
function addFour(
  x: usize,
  dy: usize,
  to: usize,
  rows: i32,
  columns: i32,
  rowOfX: usize,
  rowOfDy: usize,
  stepOfX: usize,
  stepOfDy: usize,
): void {
  const to1 = to + stepOfDy;
  const to2 = to1 + stepOfDy;
  const to3 = to2 + stepOfDy;
  let sum00 = v128.load(to);
  let sum01 = v128.load(to, 16);
  let sum10 = v128.load(to1);
  let sum11 = v128.load(to1, 16);
  let sum20 = v128.load(to2);
  let sum21 = v128.load(to2, 16);
  let sum30 = v128.load(to3);
  let sum31 = v128.load(to3, 16);
  for (let row = 0; row < rows; row++) {
    let pixel = x;
    let gradient = dy;
    for (let column = 0; column < columns; column++) {
      const dy0 = v128.load(gradient);
      const dy1 = v128.load(gradient, 16);
      const x0 = v128.load32_splat(pixel);
      sum00 = f32x4.add(sum00, f32x4.mul(x0, dy0));
      sum01 = f32x4.add(sum01, f32x4.mul(x0, dy1));
      const x1 = v128.load32_splat(pixel, 4);
      sum10 = f32x4.add(sum10, f32x4.mul(x1, dy0));
      sum11 = f32x4.add(sum11, f32x4.mul(x1, dy1));
      const x2 = v128.load32_splat(pixel, 8);
      sum20 = f32x4.add(sum20, f32x4.mul(x2, dy0));
      sum21 = f32x4.add(sum21, f32x4.mul(x2, dy1));
      const x3 = v128.load32_splat(pixel, 12);
      sum30 = f32x4.add(sum30, f32x4.mul(x3, dy0));
      sum31 = f32x4.add(sum31, f32x4.mul(x3, dy1));
      pixel += stepOfX;
      gradient += stepOfDy;
    }
    x += rowOfX;
    dy += rowOfDy;
  }
  v128.store(to, sum00);
  v128.store(to, sum01, 16);
  v128.store(to1, sum10);
  v128.store(to1, sum11, 16);
  v128.store(to2, sum20);
  v128.store(to2, sum21, 16);
  v128.store(to3, sum30);
  v128.store(to3, sum31, 16);
}

/** One input channel and eight output channels. */
function addOne(
  x: usize,
  dy: usize,
  to: usize,
  rows: i32,
  columns: i32,
  rowOfX: usize,
  rowOfDy: usize,
  stepOfX: usize,
  stepOfDy: usize,
): void {
  let sum0 = v128.load(to);
  let sum1 = v128.load(to, 16);
  for (let row = 0; row < rows; row++) {
    let pixel = x;
    let gradient = dy;
    for (let column = 0; column < columns; column++) {
      const value = v128.load32_splat(pixel);
      sum0 = f32x4.add(sum0, f32x4.mul(value, v128.load(gradient)));
      sum1 = f32x4.add(sum1, f32x4.mul(value, v128.load(gradient, 16)));
      pixel += stepOfX;
      gradient += stepOfDy;
    }
    x += rowOfX;
    dy += rowOfDy;
  }
  v128.store(to, sum0);
  v128.store(to, sum1, 16);
}
