import { constants, inflateSync } from "node:zlib";
import type { LoadedFile } from "./data-directory.ts";
import type { DataError } from "./data-error.ts";
import { dataError, formatCount } from "./data-error.ts";

/** A numeric array of a MATLAB file: sizes, and values in column-major order (the first index moves fastest). */
export interface MatlabArray {
  readonly sizes: readonly number[];
  readonly values: ArrayLike<number>;
}

/**
 * Reads the numeric arrays of a MATLAB 5 MAT-file, compressed or not ("MAT-File Format", MathWorks, chapter 1: a header
 * of 128 bytes, then elements of type, length and data). Version 7.3 files are HDF5 and are refused.
 */
export function readMatlabFile(loaded: LoadedFile): Map<string, MatlabArray> | DataError {
  const { content, path } = loaded;
  const title = String.fromCharCode(...content.subarray(0, 10));
  const version = title === "MATLAB 7.3" || (content[124] === 0 && content[125] === 2) ? 7.3 : 5;
  if (title !== "MATLAB 5.0" || version !== 5 || content.length < 128) {
    const found =
      version === 7.3 ? "MATLAB 7.3 (HDF5)" : content.length < 128 ? `${content.length} bytes` : "something else";
    return dataError(
      "LL8006",
      path,
      `expected a MATLAB 5 file, found ${found}`,
      "download the original file again, or save it with `-v7`",
    );
  }
  if (content[126] !== 0x49 || content[127] !== 0x4d) {
    return dataError(
      "LL8006",
      path,
      "expected a little-endian MATLAB file, found a big-endian one",
      "save it on another machine",
    );
  }
  const arrays = new Map<string, MatlabArray>();
  for (let offset = 128; offset + 8 <= content.length; ) {
    const view = viewOf(content);
    const type = view.getUint32(offset, true);
    const length = view.getUint32(offset + 4, true);
    if (offset + 8 + length > content.length) {
      const expected = formatCount(offset + 8 + length);
      return dataError(
        "LL8005",
        path,
        `expected at least ${expected} bytes, found ${formatCount(content.length)}`,
        "the file is cut short: download it again",
      );
    }
    const data = content.subarray(offset + 8, offset + 8 + length);
    const matrix = type === COMPRESSED ? unpack(data) : type === MATRIX ? data : new Uint8Array(0);
    if (matrix === null)
      return dataError("LL8004", path, "cannot decompress an array of the file", "download it again");
    const array = readMatrix(matrix);
    if (array !== null) arrays.set(array.name, array);
    offset += 8 + length + (type === COMPRESSED ? 0 : -length & 7);
  }
  return arrays;
}

const INT32 = 5;
const MATRIX = 14;
const COMPRESSED = 15;

/** The matrix inside a compressed element, without its own tag. */
function unpack(data: Uint8Array): Uint8Array | null {
  try {
    const inflated = inflateSync(data, { finishFlush: constants.Z_SYNC_FLUSH }); // some writers leave the checksum out
    const element = new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.byteLength);
    return element.length >= 8 && viewOf(element).getUint32(0, true) === MATRIX
      ? element.subarray(8)
      : new Uint8Array(0);
  } catch {
    return null;
  }
}

/** Four parts: flags and class, sizes, name, values. Null for what is not a plain numeric array. */
function readMatrix(matrix: Uint8Array): (MatlabArray & { name: string }) | null {
  const parts: { type: number; bytes: Uint8Array }[] = [];
  for (let offset = 0; offset + 8 <= matrix.length && parts.length < 4; ) {
    const view = viewOf(matrix);
    const word = view.getUint32(offset, true);
    const small = word >>> 16; // a length here packs up to four bytes of data into the tag
    const length = small > 0 ? small : view.getUint32(offset + 4, true);
    const start = offset + (small > 0 ? 4 : 8);
    parts.push({ type: word & 0xffff, bytes: matrix.subarray(start, start + length) });
    offset = small > 0 ? offset + 8 : start + length + (-length & 7);
  }
  const [, sizes, name, values] = parts;
  if (sizes?.type !== INT32 || name === undefined || values === undefined) return null;
  const numbers = readNumbers(values.type, values.bytes);
  if (numbers === null) return null;
  return {
    name: String.fromCharCode(...name.bytes.subarray(0, 64)),
    sizes: [...new Int32Array(aligned(sizes.bytes, 4))],
    values: numbers,
  };
}

function readNumbers(type: number, bytes: Uint8Array): ArrayLike<number> | null {
  switch (type) {
    case 1:
      return new Int8Array(aligned(bytes, 1));
    case 2:
      return bytes;
    case 3:
      return new Int16Array(aligned(bytes, 2));
    case 4:
      return new Uint16Array(aligned(bytes, 2));
    case INT32:
      return new Int32Array(aligned(bytes, 4));
    case 7:
      return new Float32Array(aligned(bytes, 4));
    case 9:
      return new Float64Array(aligned(bytes, 8));
    default:
      return null;
  }
}

/** A copy that starts where typed arrays may start and holds whole elements. */
function aligned(bytes: Uint8Array, elementBytes: number): ArrayBuffer {
  return new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % elementBytes))).buffer;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
