/** Cutting an image into square windows and joining them again. */
import type { PrimitiveWriter } from "./emission.ts";
import { one, reshaped } from "./emission.ts";
import type { Value } from "./operation.ts";

const exchange = { permutation: [0, 1, 3, 2, 4, 5] };

/** [batch, height, width, channels] to [windows · batch, window², channels], windows row by row. */
export function cutIntoWindows(writer: PrimitiveWriter, image: Value, window: number): Value {
  const [batch, height, width, channels] = writer.typeOf(image).shape as readonly [number, number, number, number];
  const [rows, columns] = [height / window, width / window];
  let pixels = image;
  // A single column of windows lies in memory as it is.
  if (columns > 1) {
    pixels = reshaped(writer, image, [batch, rows, window, columns, window, channels]);
    pixels = one(writer, "transpose", [pixels], exchange);
  }
  return reshaped(writer, pixels, [batch * rows * columns, window * window, channels]);
}

/** The way back: `size` is [height, width]. */
export function joinWindows(writer: PrimitiveWriter, tokens: Value, [height, width]: readonly [number, number]): Value {
  const [all, square, channels] = writer.typeOf(tokens).shape as readonly [number, number, number];
  const window = Math.sqrt(square);
  const [rows, columns] = [height / window, width / window];
  const batch = all / (rows * columns);
  let pixels = tokens;
  if (columns > 1) {
    pixels = reshaped(writer, tokens, [batch, rows, columns, window, window, channels]);
    pixels = one(writer, "transpose", [pixels], exchange);
  }
  return reshaped(writer, pixels, [batch, height, width, channels]);
}
