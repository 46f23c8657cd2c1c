import { inverseNormal } from "./inverse-normal.ts";
import { hashPath } from "./path-hash.ts";

/** A source of random numbers; every draw moves it on, and the same stream always gives the same draws, bit for bit. */
export interface RandomStream {
  /** A number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** An integer in [0, below), every value equally likely; `below` in [1, 2^32]. */
  integer(below: number): number;
  /** `count` numbers spread evenly over [low, high), in steps of (high - low) / 2^24, then rounded to 32-bit floats. */
  uniformArray(count: number, low: number, high: number): Float32Array;
  /** `count` normal deviates. */
  normalArray(count: number, mean: number, standardDeviation: number): Float32Array;
  /**
   * `count` normal deviates, drawn again while further than `bound` standard deviations from the mean (TensorFlow: 2).
   */
  truncatedNormalArray(count: number, mean: number, standardDeviation: number, bound?: number): Float32Array;
  /** The integers 0 … count - 1 in random order (Fisher and Yates). */
  permutation(count: number): Uint32Array;
}

/**
 * Derives an independent stream from a seed and a path of names: `randomStream(1, "order", epoch).permutation(count)`.
 *
 * A stream depends on nothing but its arguments, so a resumed run needs no saved generator state. Generator:
 * xoshiro128++ (Blackman and Vigna, 2019) from the 128-bit hash of the path. All arithmetic is exactly specified
 * (32-bit integers and the four operations and square root of IEEE 754), hence every platform gives the same bits.
 */
export function randomStream(seed: number, ...names: readonly (string | number)[]): RandomStream {
  const state = hashPath([seed, ...names]);
  if (state[0] === 0 && state[1] === 0 && state[2] === 0 && state[3] === 0) state[0] = 1; // its only forbidden state
  const one = new Uint32Array(1);

  function word(): number {
    fillWords(state, one);
    return one[0] as number;
  }

  function integer(below: number): number {
    const limit = 4294967296 - (4294967296 % below);
    let drawn = word();
    while (drawn >= limit) drawn = word();
    return drawn % below;
  }

  function normalArray(count: number, mean: number, standardDeviation: number): Float32Array {
    const words = fillWords(state, new Uint32Array(count));
    const values = new Float32Array(count);
    for (let index = 0; index < count; index++) {
      values[index] = mean + standardDeviation * inverseNormal(words[index] as number);
    }
    return values;
  }

  function truncatedNormalArray(count: number, mean: number, standardDeviation: number, bound = 2): Float32Array {
    const words = fillWords(state, new Uint32Array(count));
    const values = new Float32Array(count);
    for (let index = 0; index < count; index++) {
      let deviate = inverseNormal(words[index] as number);
      while (deviate < -bound || deviate > bound) deviate = inverseNormal(word());
      values[index] = mean + standardDeviation * deviate;
    }
    return values;
  }

  return {
    uniform: () => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992,
    integer,
    uniformArray(count, low, high) {
      const words = fillWords(state, new Uint32Array(count));
      const values = new Float32Array(count);
      for (let index = 0; index < count; index++) {
        values[index] = low + ((high - low) * ((words[index] as number) >>> 8)) / 16777216;
      }
      return values;
    },
    normalArray,
    truncatedNormalArray,
    permutation(count) {
      const order = new Uint32Array(count);
      for (let index = 0; index < count; index++) order[index] = index;
      for (let last = count - 1; last > 0; last--) {
        const other = integer(last + 1);
        const moved = order[last] as number;
        order[last] = order[other] as number;
        order[other] = moved;
      }
      return order;
    },
  };
}

/** Fills `words` with the next outputs of xoshiro128++ and moves `state` on. */
function fillWords(state: Uint32Array, words: Uint32Array): Uint32Array {
  let s0 = (state[0] as number) | 0;
  let s1 = (state[1] as number) | 0;
  let s2 = (state[2] as number) | 0;
  let s3 = (state[3] as number) | 0;
  for (let index = 0; index < words.length; index++) {
    const sum = (s0 + s3) | 0;
    words[index] = ((sum << 7) | (sum >>> 25)) + s0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
  }
  state[0] = s0;
  state[1] = s1;
  state[2] = s2;
  state[3] = s3;
  return words;
}
