/**
 * Hashes a path of names to 128 bits: the key that tells one random stream from another.
 *
 * Names and numbers are written as tagged 32-bit words (so that `["a", 1]`, `["a1"]` and `["a", "1"]` differ) and mixed
 * by MurmurHash3 x86_128 (Austin Appleby, public domain). Only exact 32-bit integer arithmetic is used.
 */
export function hashPath(path: readonly (string | number)[]): Uint32Array {
  return hashWords(pathWords(path));
}

/**
 * MurmurHash3 x86_128 with seed 0 over whole blocks of four 32-bit words (little-endian bytes); short input is
 * zero-padded.
 */
export function hashWords(words: readonly number[]): Uint32Array {
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  const blocks = Math.ceil(words.length / 4);
  for (let block = 0; block < blocks; block++) {
    h1 ^= scramble(words[4 * block] ?? 0, C1, 15, C2);
    h1 = (Math.imul((rotateLeft(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= scramble(words[4 * block + 1] ?? 0, C2, 16, C3);
    h2 = (Math.imul((rotateLeft(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= scramble(words[4 * block + 2] ?? 0, C3, 17, C4);
    h3 = (Math.imul((rotateLeft(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= scramble(words[4 * block + 3] ?? 0, C4, 18, C1);
    h4 = (Math.imul((rotateLeft(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  const bytes = 16 * blocks;
  h1 ^= bytes;
  h2 ^= bytes;
  h3 ^= bytes;
  h4 ^= bytes;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = finish(h1);
  h2 = finish(h2);
  h3 = finish(h3);
  h4 = finish(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  return Uint32Array.of(h1, h2, h3, h4);
}

const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

function scramble(word: number, before: number, turn: number, after: number): number {
  return Math.imul(rotateLeft(Math.imul(word, before), turn), after);
}

function rotateLeft(word: number, turn: number): number {
  return (word << turn) | (word >>> (32 - turn));
}

function finish(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}

const NUMBER_TAG = 1;
const STRING_TAG = 2;

function pathWords(path: readonly (string | number)[]): number[] {
  const words: number[] = [path.length];
  const bits = new DataView(new ArrayBuffer(8));
  for (const name of path) {
    if (typeof name === "number") {
      bits.setFloat64(0, name + 0); // + 0 makes -0 the same name as 0
      words.push(NUMBER_TAG, bits.getUint32(0), bits.getUint32(4));
    } else {
      words.push(STRING_TAG, name.length);
      for (let index = 0; index < name.length; index += 2) {
        // Past the end of an odd name charCodeAt is NaN, which the shift turns into zero.
        words.push(name.charCodeAt(index) | (name.charCodeAt(index + 1) << 16));
      }
    }
  }
  return words;
}
