/** The few pieces of the protocol buffer wire format that a SavedModel needs. A message is the concatenation of its fields. */

const text = new TextEncoder();

/** A base-128 varint; negative numbers take ten bytes, as `int64` does. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let low = value >>> 0;
  let high = Math.floor(value / 2 ** 32) >>> 0; // the upper half of the two's complement
  while (high > 0 || low > 127) {
    bytes.push((low & 127) | 128);
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  bytes.push(low);
  return Uint8Array.from(bytes);
}

/** An integer, enumeration or boolean field. */
export function integerField(field: number, value: number): Uint8Array {
  return concatenate([varint(field << 3), varint(value)]);
}

export function floatField(field: number, value: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setFloat32(0, value, true);
  return concatenate([varint((field << 3) | 5), new Uint8Array(bytes.buffer)]);
}

/** A string, bytes, message or packed list. */
export function bytesField(field: number, content: string | Uint8Array): Uint8Array {
  const bytes = typeof content === "string" ? text.encode(content) : content;
  return concatenate([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

/** One entry of a `map<string, message>`. */
export function mapEntryField(field: number, key: string, message: Uint8Array): Uint8Array {
  return bytesField(field, concatenate([bytesField(1, key), bytesField(2, message)]));
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
