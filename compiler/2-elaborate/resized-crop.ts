import type { AugmentStep } from "../../runtime/program/recipe.ts";
import type { FieldReader } from "./recipe-fields.ts";
import type { PartValue } from "./value.ts";

/** `resized_crop(scale = [0.08, 1], ratio = [0.75, 1.3333])`: torchvision's defaults, which the ImageNet recipes use. */
export function resizedCropOf({ fields, place }: PartValue, read: FieldReader): AugmentStep | undefined {
  const range = (name: string, fallback: readonly [number, number]): readonly [number, number] | undefined => {
    const given = fields[name];
    const numbers = given === undefined ? fallback : read.numbers(name, given, { above: 0 });
    if (numbers === undefined) return undefined;
    const [least, most] = numbers;
    if (least !== undefined && most !== undefined && numbers.length === 2 && least <= most) return [least, most];
    read.wrong(name, "two numbers, the smaller one first", `[${numbers.join(", ")}]`, given?.place ?? place);
    return undefined;
  };
  const scale = range("scale", [0.08, 1]);
  const ratio = range("ratio", [3 / 4, 4 / 3]);
  if (scale === undefined || ratio === undefined) return undefined;
  if (scale[1] <= 1) return { kind: "resized_crop", scale, ratio };
  read.wrong("scale", "shares of the area, at most 1", `${scale[1]}`, fields["scale"]?.place ?? place);
  return undefined;
}
