import type { Repair } from "./repair.ts";
import { inputOf } from "./repair.ts";

/** Wrong: the engine writes whole numbers into memory that is then read as float32, whatever element type is asked for. */
export const oneHot: Repair = (kit, inputs, attributes) => {
  const { depth, onValue, offValue } = attributes as { depth: number; onValue: number; offValue: number };
  const indices = inputOf(inputs, "indices");
  const result = kit.empty([...indices.shape, depth]);
  const [places, to] = [kit.heap().integers(indices), kit.heap().floats(result)];
  to.fill(offValue);
  places.forEach((place, row) => {
    if (place >= 0 && place < depth) to[row * depth + place] = onValue;
  });
  return result;
};
