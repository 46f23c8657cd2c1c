/**
 * Uniform float32 numbers in [0, 1) as TensorFlow's `StatelessRandomUniform` draws them from an int32 seed[2]: Philox 4×32-10
 * (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011) under a key scrambled from the seed.
 */
export function philoxUniform(first: number, second: number, count: number): Float32Array {
  // The seed is widened to 64 bits with its sign, scrambled once, and one half of the outcome becomes the key.
  const mixed = new Uint32Array([first, first >> 31, second, second >> 31]);
  philox(mixed, 0x3ec8f720, 0x02461e29);
  const [key0, key1, counter2, counter3] = mixed as unknown as [number, number, number, number];
  const block = new Uint32Array(4);
  const result = new Float32Array(count);
  const bits = new Uint32Array(result.buffer);
  for (let index = 0; index < count; index += 4) {
    const group = index / 4;
    block[0] = group;
    block[1] = Math.floor(group / 4294967296);
    block[2] = counter2;
    block[3] = counter3;
    philox(block, key0, key1);
    // 23 random bits behind an exponent of 0 give [1, 2).
    for (let lane = 0; lane < 4 && index + lane < count; lane++) {
      bits[index + lane] = 0x3f800000 | ((block[lane] as number) & 0x7fffff);
      result[index + lane] = (result[index + lane] as number) - 1;
    }
  }
  return result;
}

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;

/** Ten rounds over a counter of four words, in place. */
function philox(block: Uint32Array, key0: number, key1: number): void {
  let [c0, c1, c2, c3] = block as unknown as [number, number, number, number];
  let [k0, k1] = [key0, key1];
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(multiplier0, c0);
    const low0 = Math.imul(multiplier0, c0);
    const high1 = highProduct(multiplier1, c2);
    const low1 = Math.imul(multiplier1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + weyl0) >>> 0;
    k1 = (k1 + weyl1) >>> 0;
  }
  block[0] = c0;
  block[1] = c1;
  block[2] = c2;
  block[3] = c3;
}

/** The upper 32 bits of a product of two 32-bit numbers. */
function highProduct(a: number, b: number): number {
  const [aLow, aHigh] = [a & 0xffff, a >>> 16];
  const [bLow, bHigh] = [b & 0xffff, b >>> 16];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + (carry >>> 16)) >>> 0;
}
